//! A URL that may be asked for.

use ureq::http::Uri;

use crate::FetchError;

/// A plain URL of a host: https, or http of a host that the caller named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// Scheme, host and port.
    origin: String,
    /// Path and query.
    path: String,
}

impl Target {
    pub(crate) fn parse(url: &str, http_hosts: &[String]) -> Result<Self, FetchError> {
        if !url.bytes().all(|byte| byte.is_ascii_graphic()) || url.contains(['#', '\\']) {
            return Err(FetchError::BadUrl);
        }
        let uri: Uri = url.parse().map_err(|_| FetchError::BadUrl)?;
        let authority = uri.authority().ok_or(FetchError::BadUrl)?;
        // Whatever is there besides the host is a port; never a user.
        let port = authority.port_u16().is_some() || authority.as_str() == authority.host();
        if authority.host().is_empty() || authority.as_str().contains('@') || !port {
            return Err(FetchError::BadUrl);
        }
        let plain = http_hosts.iter().any(|host| host.eq_ignore_ascii_case(authority.host()));
        let scheme = match (uri.scheme_str(), plain) {
            (Some("https" | "http"), true) => "http",
            (Some("https"), false) => "https",
            (Some("http"), false) => return Err(FetchError::NotHttps),
            _ => return Err(FetchError::BadUrl),
        };
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        let origin = format!("{scheme}://{}", authority.as_str().to_ascii_lowercase());
        Ok(Self { origin, path: path.to_owned() })
    }

    pub(crate) fn url(&self) -> String {
        format!("{}{}", self.origin, self.path)
    }

    /// Where a server sends on to, if that is on itself: a path, or the whole URL.
    pub(crate) fn redirected(&self, place: &str) -> Option<Self> {
        let path = if place.starts_with('/') && !place.starts_with("//") {
            place
        } else {
            let rest = place.strip_prefix(&self.origin)?;
            rest.starts_with('/').then_some(rest)?
        };
        let plain = path.bytes().all(|byte| byte.is_ascii_graphic()) && !path.contains(['#', '\\']);
        plain.then(|| Self { origin: self.origin.clone(), path: path.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Result<String, &'static str> {
        let target = Target::parse(url, &["localhost".to_owned()]);
        target.map(|target| target.url()).map_err(|error| error.code())
    }

    #[test]
    fn only_plain_urls() {
        assert_eq!(parse("https://A.example/b?c=D").as_deref(), Ok("https://a.example/b?c=D"));
        assert_eq!(parse("https://a.example:8443").as_deref(), Ok("https://a.example:8443/"));
        assert_eq!(parse("https://[2606:4700::1]/").as_deref(), Ok("https://[2606:4700::1]/"));
        assert_eq!(parse("http://localhost:1/x").as_deref(), Ok("http://localhost:1/x"));
        assert_eq!(parse("https://localhost:1/x").as_deref(), Ok("http://localhost:1/x"));
        assert_eq!(parse("http://a.example/"), Err("not-https"));
        assert_eq!(parse("http://localhost.a.example/"), Err("not-https"));
        for bad in [
            "",
            "a.example",
            "/etc/passwd",
            "file:///etc/passwd",
            "ftp://a.example/",
            "HTTPS:a.example",
            "https://",
            "https:///a",
            "https://u@a.example/",
            "https://u:p@a.example/",
            "https://a.example\\@b.example/",
            "https://a.example/#f",
            "https://a.example/a b",
            "https://a.example/\r\nX: y",
            "https://\u{e9}.example/",
            "https://a.example:99999/",
            "https://a.example:/",
        ] {
            assert_eq!(parse(bad), Err("bad-url"), "{bad}");
        }
    }

    #[test]
    fn redirects_stay_on_the_host() {
        let target = Target::parse("https://a.example:8443/x/y", &[]).unwrap();
        let to = |place: &str| target.redirected(place).map(|target| target.url());
        assert_eq!(to("/z?q").as_deref(), Some("https://a.example:8443/z?q"));
        let whole = "https://a.example:8443/z";
        assert_eq!(to(whole).as_deref(), Some(whole));
        for other in [
            "",
            "z",
            "//b.example/z",
            "https://b.example/z",
            "https://a.example/z",
            "http://a.example:8443/z",
            "https://a.example:8443",
            "https://a.example:84433/z",
            "https://a.example:8443@b.example/z",
            "https://a.example:8443.b.example/z",
            "/\\b.example",
            "/a b",
        ] {
            assert_eq!(to(other), None, "{other}");
        }
    }
}
