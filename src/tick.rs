//! The tick: one quarter, top to bottom. The order of events is part of the theory.
//!
//! Each line is a mechanism: its place is its order, its `NAME` the configuration table that it claims. After each
//! phase payments reach banks and reserves (`finance::close_phase`).

use crate::engine::Tick;
use crate::mechanisms::calendar::Calendar;
use crate::mechanisms::dynamics::{entry::Entry, exit::Exit};
use crate::mechanisms::finance::{
    BankIncome, BankServices, FirmCredit, FiscalRule, Interbank, InterestRates, LoanQuality, MonetaryPolicy,
    Resolution, WealthManagement,
};
use crate::mechanisms::housing::development::{Development, HomeCompletion};
use crate::mechanisms::housing::market::HousingMarket;
use crate::mechanisms::housing::prices::HomePrices;
use crate::mechanisms::housing::values::HomeRevaluation;
use crate::mechanisms::labour::{
    Demography, InnovatorBargaining, JobMatching, Migration, Retraining, Separations, StaffRetraining, WageSetting,
    WorkingHours,
};
use crate::mechanisms::markets::board::SellerSearch;
use crate::mechanisms::markets::budgets::HouseholdBudgets;
use crate::mechanisms::markets::construction::ConstructionTrade;
use crate::mechanisms::markets::consumption::Consumption;
use crate::mechanisms::markets::foreign_trade::ForeignTrade;
use crate::mechanisms::markets::interfirm::InterfirmTrade;
use crate::mechanisms::markets::personalised_pricing::PersonalisedPricing;
use crate::mechanisms::markets::public_purchases::PublicPurchases;
use crate::mechanisms::planning::capital_goods::CapitalGoods;
use crate::mechanisms::planning::expectations::DemandExpectations;
use crate::mechanisms::planning::investment::InvestmentPlanning;
use crate::mechanisms::planning::prices::PriceSetting;
use crate::mechanisms::planning::production::ProductionPlanning;
use crate::mechanisms::production::{Production, ServiceMaterials};
use crate::mechanisms::public::land::LandMarket;
use crate::mechanisms::public::lgfv::LgfvFinance;
use crate::mechanisms::public::local_budget::LocalBudget;
use crate::mechanisms::public::payables::Payables;
use crate::mechanisms::public::transfers::Transfers;
use crate::mechanisms::settlement::firms::FirmSettlement;
use crate::mechanisms::settlement::households::HouseholdSettlement;
use crate::mechanisms::settlement::institutions::InstitutionSettlement;
use crate::mechanisms::technology::{
    AiAdoption, FrontierGrowth, ResearchAndDevelopment, StagedUpgrading, UpdateProductivity,
};
use crate::statistics::Publication;

/// One quarter.
#[must_use]
pub fn tick() -> Tick {
    Tick::new()
        .phase("calendar")
        .run::<Calendar>() // a quarter begins: books of flows are opened
        .phase("frontier")
        .run::<FrontierGrowth>() // world and domestic frontiers, capability of AI, automation boundary
        .phase("planning")
        .run::<WorkingHours>() // length of the standard week
        .run::<UpdateProductivity>() // productivity of the capital and know-how in use
        .run::<DemandExpectations>() // expected sales from last quarter's orders
        .run::<ProductionPlanning>() // desired output, staff by task class, vacancies and layoffs
        .run::<PriceSetting>() // mark-up over unit cost
        .run::<InvestmentPlanning>() // desired investment and the credit that it takes
        .run::<CapitalGoods>() // what better machines are worth to those who buy some
        .phase("technology")
        .run::<ResearchAndDevelopment>() // innovation and imitation
        .run::<StagedUpgrading>() // from industrial to digital
        .run::<AiAdoption>() // from digital to intelligent; depth of use
        .phase("credit")
        .run::<FirmCredit>() // loans within the limits of firms and banks
        .phase("labour")
        .run::<Demography>() // ageing, deaths, retirement, entrants to the labour force
        .run::<StaffRetraining>() // firms retrain instead of dismissing
        .run::<Separations>() // closures, dismissals with severance, quits
        .run::<InnovatorBargaining>() // shares in what AI earns
        .run::<WageSetting>() // posted wages, task premia, wages paid
        .run::<JobMatching>() // searchers apply, firms hire
        .run::<Retraining>() // into another task class
        .run::<Migration>() // between regions
        .phase("production")
        .run::<Production>() // output from tasks, AI, capital and materials
        .phase("interfirm_trade")
        .run::<SellerSearch>() // whom buyers may meet
        .run::<BankServices>() // banks buy their operations
        .run::<InterfirmTrade>() // inputs, capital goods, AI services
        .phase("consumption")
        .run::<HouseholdBudgets>() // what households want to spend
        .run::<PersonalisedPricing>() // what intelligent sellers charge whom they know
        .run::<Consumption>() // where they spend it
        .phase("government_and_foreign_demand")
        .run::<Transfers>() // from the centre to local governments
        .run::<PublicPurchases>() // within the appropriations of the last quarter
        .run::<ForeignTrade>() // exports by bloc; world prices and exchange rate
        .phase("housing_and_land")
        .run::<HousingMarket>() // homes are handed over and bought
        .run::<Development>() // developers order construction
        .run::<ConstructionTrade>() // and buy it
        .run::<HomeCompletion>() // floor space out of construction
        .run::<LandMarket>() // local governments sell land to developers
        .run::<HomePrices>() // regional prices and expectations
        .run::<HomeRevaluation>() // homes at regional prices
        .run::<ServiceMaterials>() // materials of services, used as they were sold
        .phase("settlement")
        .run::<FirmSettlement>() // taxes, interest, repayments, dividends
        .run::<HouseholdSettlement>() // wages, benefits, property income, taxes, debts
        .run::<InstitutionSettlement>() // interest on the deposits of governments, vehicles and funds
        .phase("local_budget")
        .run::<LocalBudget>() // revenue against services, investment, interest; bonds, arrears, fees, cuts
        .run::<LgfvFinance>() // the vehicles roll over their debt
        .phase("payables")
        .run::<Payables>() // arrears are paid
        .phase("banks")
        .run::<LoanQuality>() // bad loans, write-offs
        .run::<BankIncome>() // interest, premiums, taxes, dividends
        .run::<WealthManagement>() // pools invest or sell
        .run::<Interbank>() // reserves are lent, borrowed and topped up
        .run::<Resolution>() // failed banks
        .phase("creative_destruction")
        .run::<Exit>() // firms close
        .run::<Entry>() // firms are founded
        .phase("authorities")
        .run::<MonetaryPolicy>() // policy rate
        .run::<InterestRates>() // rates that follow it
        .run::<FiscalRule>() // appropriations, transfers, benefits, bonds
        .phase("record")
        .run::<Publication>() // facts of the quarter; what agents may know of them
}
