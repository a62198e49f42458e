//! The United States: accredited investors and qualified purchasers.

use super::Certainty::Secondary;
use super::Subject::{Either, Entity};
use super::{Flag, Regime};

const NOT_FORMED: &str = "not_formed_for_purpose";

/// The amendments of Release 33-10824 took effect on this day.
const AMENDED: &str = "2020-12-08";

pub(super) static ACCREDITED: Regime = Regime {
    name: "us-501a",
    title: "US accredited investor",
    law: "17 CFR 230.501(a)",
    note: "One flag is enough. Joint means with the spouse or spousal equivalent.",
    flags: &[
        Flag::new(
            "income2y_gt_usd_200k",
            "Income over 200,000 USD, two years",
            "17 CFR 230.501(a)(6)",
            "Own income in each of the two latest years, the same expected for this year.",
        ),
        Flag::new(
            "income2y_joint_gt_usd_300k",
            "Joint income over 300,000 USD, two years",
            "17 CFR 230.501(a)(6)",
            "Joint income in each of the two latest years, the same expected for this year.",
        ),
        Flag::new(
            "networth_xpr_gt_usd_1m",
            "Net worth over 1m USD without home",
            "17 CFR 230.501(a)(5)",
            "Own or joint net worth.",
        )
        .excludes(
            "The primary residence. A loan on it is a debt only above its value, plus what the loan \
             rose by in the 60 days before, other than to buy it.",
        ),
        Flag::new(
            "license_7_65_82",
            "Series 7, 65 or 82 licence",
            "17 CFR 230.501(a)(10)",
            "A licence of that series in good standing.",
        )
        .from(AMENDED)
        .certainty(Secondary),
        Flag::new(
            "knowledgeable_employee",
            "Knowledgeable employee of the fund",
            "17 CFR 230.501(a)(11)",
            "Being one, for each fund anew.",
        )
        .from(AMENDED),
        Flag::new(
            "family_client",
            "Client of a family office",
            "17 CFR 230.501(a)(13)",
            "Being a family client of a family office under paragraph (a)(12).",
        )
        .from(AMENDED)
        .of(Either),
        Flag::new(
            "issuer_insider",
            "Director or officer of the securities' issuer",
            "17 CFR 230.501(a)(4)",
            "Being one, for each issuer anew.",
        ),
        Flag::new(
            "assets_gt_usd_5m",
            "Assets over 5m USD",
            "17 CFR 230.501(a)(3); for a trust (a)(7)",
            "Total assets.",
        )
        .of(Entity)
        .needs(NOT_FORMED),
        Flag::new(
            "investments_gt_usd_5m",
            "Investments over 5m USD",
            "17 CFR 230.501(a)(9)",
            "Investments of an entity that the other paragraphs do not name.",
        )
        .from(AMENDED)
        .of(Entity)
        .needs(NOT_FORMED),
        Flag::new(
            "family_office_gt_usd_5m",
            "Family office with over 5m USD",
            "17 CFR 230.501(a)(12)",
            "Assets under management of a family office.",
        )
        .from(AMENDED)
        .of(Entity)
        .needs(NOT_FORMED),
        Flag::new(
            "regulated_institution",
            "Regulated institution",
            "17 CFR 230.501(a)(1), (2)",
            "Being an institution that these paragraphs name.",
        )
        .of(Entity),
        Flag::new(
            "all_owners_accredited",
            "All owners are accredited",
            "17 CFR 230.501(a)(8)",
            "Whether every equity owner is an accredited investor.",
        )
        .of(Entity),
    ],
};

pub(crate) const TRUSTEE_AND_SETTLORS: &str = "trustee_and_settlors_qp";

pub(crate) static QUALIFIED_PURCHASER: Regime = Regime {
    name: "us-qp",
    title: "US qualified purchaser",
    law: "Investment Company Act §2(a)(51)(A)",
    note: "One flag is enough. A company or trust must not be formed to buy the securities, unless all \
           its owners are qualified purchasers.",
    flags: &[
        Flag::new(
            "investments_ge_usd_5m",
            "Investments of 5m USD or more",
            "ICA §2(a)(51)(A)(i), (ii)",
            "Investments that a natural person or a family company owns.",
        )
        .of(Either),
        Flag::new(
            "discretionary_ge_usd_25m",
            "Discretionary investments of 25m USD or more",
            "ICA §2(a)(51)(A)(iv)",
            "Investments owned and invested on a discretionary basis, for the own account or those of \
             other qualified purchasers.",
        )
        .of(Either),
        Flag::new(
            "all_owners_qp",
            "All owners are qualified purchasers",
            "17 CFR 270.2a51-3(b)",
            "Whether every owner is a qualified purchaser.",
        )
        .of(Entity),
        Flag::new(
            TRUSTEE_AND_SETTLORS,
            "Trustee and settlors are qualified purchasers",
            "ICA §2(a)(51)(A)(iii)",
            "Whether the trustee and every settlor of a trust are qualified purchasers.",
        )
        .of(Entity)
        .needs(NOT_FORMED),
    ],
};
