//! Europe: MiFID, crowdfunding, the United Kingdom, Switzerland.

use super::Subject::Entity;
use super::{Flag, Regime};

const MIFID_PERSON: &str = "Directive 2014/65/EU Annex II, II.1";
const MIFID_COMPANY: &str = "Directive 2014/65/EU Annex II, I(2)";
const MIFID_FROM: &str = "2018-01-03";
const ECSPR_LAW: &str = "Regulation (EU) 2020/1503 Annex II";
const ECSPR_FROM: &str = "2021-11-10";
const UK_LAW: &str = "Financial Promotion Order art. 48; SI 2024/301";
const UK_FROM: &str = "2024-03-27";
const SWISS_LAW: &str = "FinSA Art. 5; FinSO Art. 5";
const SWISS_FROM: &str = "2020-01-01";

pub(super) static MIFID: Regime = Regime {
    name: "eu-mifid",
    title: "EU professional client",
    law: "Directive 2014/65/EU Annex II",
    note: "Two of three flags: a person on request, a company by size. The Annex names the sizes of \
           companies without \"more than\" or \"at least\"; they are read here as at least.",
    flags: &[
        Flag::new(
            "portfolio_gt_eur_500k",
            "Portfolio over 500,000 EUR",
            MIFID_PERSON,
            "Financial instruments and cash deposits.",
        )
        .from(MIFID_FROM),
        Flag::new(
            "trades_per_quarter_4q_ge_10",
            "10 trades a quarter, four quarters",
            MIFID_PERSON,
            "Transactions of significant size, on average per quarter of the four latest.",
        )
        .from(MIFID_FROM),
        Flag::new(
            "fin_profession_ge_1y",
            "A year in the financial profession",
            MIFID_PERSON,
            "Time in a professional position in the financial sector.",
        )
        .from(MIFID_FROM),
        Flag::new(
            "balance_ge_eur_20m",
            "Balance sheet of 20m EUR or more",
            MIFID_COMPANY,
            "Balance sheet total.",
        )
        .from(MIFID_FROM)
        .of(Entity),
        Flag::new(
            "turnover_ge_eur_40m",
            "Turnover of 40m EUR or more",
            MIFID_COMPANY,
            "Net turnover.",
        )
        .from(MIFID_FROM)
        .of(Entity),
        Flag::new("ownfunds_ge_eur_2m", "Own funds of 2m EUR or more", MIFID_COMPANY, "Own funds.")
            .from(MIFID_FROM)
            .of(Entity),
    ],
};

pub(super) static ECSPR: Regime = Regime {
    name: "eu-ecspr",
    title: "EU sophisticated investor (crowdfunding)",
    law: ECSPR_LAW,
    note: "A person: two of income or portfolio, profession or executive role, trades. A company: one.",
    flags: &[
        Flag::new(
            "income1y_ge_eur_60k",
            "Income of 60,000 EUR or more",
            ECSPR_LAW,
            "Personal gross income in a year.",
        )
        .from(ECSPR_FROM),
        Flag::new(
            "portfolio_gt_eur_100k",
            "Portfolio over 100,000 EUR",
            ECSPR_LAW,
            "Financial instruments and cash deposits.",
        )
        .from(ECSPR_FROM),
        Flag::new(
            "fin_profession_ge_1y",
            "A year in the financial profession",
            ECSPR_LAW,
            "Time in a professional position in the financial sector.",
        )
        .from(ECSPR_FROM),
        Flag::new(
            "exec_role_ge_12m",
            "A year in an executive role",
            ECSPR_LAW,
            "Time in an executive position.",
        )
        .from(ECSPR_FROM),
        Flag::new(
            "trades_per_quarter_4q_ge_10",
            "10 trades a quarter, four quarters",
            ECSPR_LAW,
            "Transactions of significant size, on average per quarter of the four latest.",
        )
        .from(ECSPR_FROM),
        Flag::new(
            "ownfunds_ge_eur_100k",
            "Own funds of 100,000 EUR or more",
            ECSPR_LAW,
            "Own funds.",
        )
        .from(ECSPR_FROM)
        .of(Entity),
        Flag::new("turnover_ge_eur_2m", "Turnover of 2m EUR or more", ECSPR_LAW, "Net turnover.")
            .from(ECSPR_FROM)
            .of(Entity),
        Flag::new(
            "balance_ge_eur_1m",
            "Balance sheet of 1m EUR or more",
            ECSPR_LAW,
            "Balance sheet total.",
        )
        .from(ECSPR_FROM)
        .of(Entity),
    ],
};

pub(super) static UK: Regime = Regime {
    name: "uk-hnw",
    title: "UK high net worth individual",
    law: UK_LAW,
    note: "One flag is enough. The person certifies it in a signed statement.",
    flags: &[
        Flag::new(
            "income1y_ge_gbp_100k",
            "Income of 100,000 GBP or more",
            UK_LAW,
            "Income in the latest year.",
        )
        .from(UK_FROM),
        Flag::new(
            "netassets_xhome_xpension_ge_gbp_250k",
            "Net assets of 250,000 GBP or more without home and pension",
            UK_LAW,
            "Net assets throughout the latest year.",
        )
        .excludes("The home and the pension.")
        .from(UK_FROM),
    ],
};

pub(super) static SWITZERLAND: Regime = Regime {
    name: "ch-hnw",
    title: "Swiss high net worth client",
    law: SWISS_LAW,
    note: "assets_ge_chf_2m alone, or assets_ge_chf_500k with knowledge.",
    flags: &[
        Flag::new(
            "assets_ge_chf_2m",
            "Financial assets of 2m CHF or more",
            SWISS_LAW,
            "Financial assets only.",
        )
        .from(SWISS_FROM),
        Flag::new(
            "assets_ge_chf_500k",
            "Financial assets of 500,000 CHF or more",
            SWISS_LAW,
            "Financial assets only.",
        )
        .from(SWISS_FROM),
        Flag::new(
            "knowledge",
            "Knowledge from training or profession",
            SWISS_LAW,
            "Knowledge from training or profession that shows the risks are understood.",
        )
        .from(SWISS_FROM),
    ],
};
