//! Hong Kong, Singapore, Japan, Dubai.

use super::Certainty::{Secondary, Unsettled};
use super::Subject::{Either, Entity};
use super::{Flag, Regime};

const HK_LAW: &str = "Cap. 571D";
const SG_LAW: &str = "Securities and Futures Act s. 4A";
const JP_LAW: &str = "Japanese law, as summarised by the JPX";
const AE_LAW: &str = "DFSA COB 2.3.7 (2015)";

pub(super) static HONG_KONG: Regime = Regime {
    name: "hk-pi",
    title: "Hong Kong professional investor",
    law: HK_LAW,
    note: "One flag is enough.",
    flags: &[
        Flag::new("portfolio_ge_hkd_8m", "Portfolio of 8m HKD or more", HK_LAW, "Portfolio.")
            .certainty(Secondary)
            .of(Either),
        Flag::new("assets_ge_hkd_40m", "Assets of 40m HKD or more", HK_LAW, "Total assets.")
            .certainty(Secondary)
            .of(Entity),
    ],
};

pub(super) static SINGAPORE: Regime = Regime {
    name: "sg-ai",
    title: "Singapore accredited investor",
    law: SG_LAW,
    note: "One flag is enough. Each intermediary needs an opt-in of its own.",
    flags: &[
        Flag::new(
            "netassets_home1m_gt_sgd_2m",
            "Net assets over 2m SGD, home up to 1m",
            SG_LAW,
            "Net personal assets; the home counts for 1m SGD at most.",
        ),
        Flag::new(
            "finassets_gt_sgd_1m",
            "Financial assets over 1m SGD",
            SG_LAW,
            "Financial assets less related debt.",
        ),
        Flag::new(
            "income12m_ge_sgd_300k",
            "Income of 300,000 SGD or more",
            SG_LAW,
            "Income in the latest 12 months.",
        ),
        Flag::new("netassets_gt_sgd_10m", "Net assets over 10m SGD", SG_LAW, "Net assets.")
            .of(Entity),
    ],
};

pub(super) static JAPAN: Regime = Regime {
    name: "jp-si",
    title: "Japanese specified investor",
    law: JP_LAW,
    note: "All three flags together are one way; there are others.",
    flags: &[
        Flag::new("netassets_ge_jpy_300m", "Net assets of 300m JPY or more", JP_LAW, "Net assets.")
            .certainty(Secondary),
        Flag::new(
            "finassets_ge_jpy_300m",
            "Financial assets of 300m JPY or more",
            JP_LAW,
            "Financial assets.",
        )
        .certainty(Secondary),
        Flag::new(
            "account_ge_1y",
            "Account held for a year",
            JP_LAW,
            "Time since the account was opened.",
        )
        .certainty(Secondary),
    ],
};

pub(super) static DUBAI: Regime = Regime {
    name: "ae-dfsa",
    title: "DFSA assessed professional client (Dubai)",
    law: AE_LAW,
    note: "netassets_ge_usd_1m with one of the other two. The wording of 2015 was read; today's is \
           unsettled.",
    flags: &[
        Flag::new("netassets_ge_usd_1m", "Net assets of 1m USD or more", AE_LAW, "Net assets.")
            .certainty(Unsettled),
        Flag::new(
            "fin_profession_within_2y",
            "In the financial profession within two years",
            AE_LAW,
            "Having worked in the financial profession within the last two years.",
        )
        .certainty(Unsettled),
        Flag::new("experience", "Experience and understanding", AE_LAW, "Both, as assessed.")
            .certainty(Unsettled),
    ],
};
