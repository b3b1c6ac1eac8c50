//! Taxes of firms: paid as far as means reach, the rest is owed to the government that they are due to.
//!
//! ```text
//! paid = min(tax, means),   arrears += tax − paid;   arrears of earlier quarters come first
//! ```
//!
//! Arrears are payables of the firm and claims of the government, without interest; a government's revenue is what it is
//! paid. Part of the settlement of firms, which says what means are.

use super::firms::Parties;
use crate::accounts::{Column, Flow, Instrument, Money, Party};
use crate::agents::{Books, LocalGovernment};
use crate::structure::SectorStructure;

/// A level of government that taxes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Authority {
    Centre,
    Local,
}

/// Company tax on a profit.
#[must_use]
pub fn company_tax(profit: Money, rate: f64) -> Money {
    profit.positive().share(rate)
}

impl Parties<'_> {
    /// Takes a tax as far as means reach, the rest is owed; returns what was paid.
    fn levy(
        &mut self,
        (firm, to): (Party, Authority),
        lg: &mut LocalGovernment,
        books: &mut Books,
        amount: Money,
        flow: Flow,
    ) -> Money {
        let paid = amount.min(self.means.positive());
        let owed = amount - paid;
        let (party, column) = match to {
            Authority::Centre => (Party::CentralGovernment, Column::CentralGovernment),
            Authority::Local => (Party::LocalGovernment { bank: usize::from(lg.bank) }, Column::LocalGovernments),
        };
        self.batch.transfer(firm, party, paid, flow);
        if owed.0 > 0 {
            self.ledger.owe(firm.column(), column, owed.fen(), flow, Instrument::Payables);
        }
        match to {
            Authority::Centre => {
                self.centre.revenue += paid.fen();
                self.centre.tax_claims += owed.fen();
                books.central_tax_arrears += owed;
            }
            Authority::Local => {
                lg.deposits += paid.fen();
                lg.tax_claims += owed.fen();
                books.local_tax_arrears += owed;
            }
        }
        self.means -= paid;
        books.deposits -= paid;
        paid
    }

    /// Pays taxes of earlier quarters as far as means reach.
    pub(super) fn pay_tax_arrears(&mut self, firm: Party, lg: &mut LocalGovernment, books: &mut Books) {
        let to_centre = books.central_tax_arrears.min(self.means.positive());
        let to_local = books.local_tax_arrears.min((self.means - to_centre).positive());
        let local = Party::LocalGovernment { bank: usize::from(lg.bank) };
        self.ledger.redeem(firm, Party::CentralGovernment, to_centre.fen(), Instrument::Payables);
        self.ledger.redeem(firm, local, to_local.fen(), Instrument::Payables);
        self.centre.revenue += to_centre.fen();
        self.centre.tax_claims -= to_centre.fen();
        lg.deposits += to_local.fen();
        lg.tax_revenue += to_local.fen();
        lg.tax_claims -= to_local.fen();
        books.central_tax_arrears -= to_centre;
        books.local_tax_arrears -= to_local;
        self.means -= to_centre + to_local;
        books.deposits -= to_centre + to_local;
    }

    /// Pays company tax to both governments.
    pub(super) fn pay_company_tax(
        &mut self,
        firm: Party,
        lg: &mut LocalGovernment,
        books: &mut Books,
        tax: Money,
        local_share: f64,
    ) {
        let local = tax.share(local_share);
        self.levy((firm, Authority::Centre), lg, books, tax - local, Flow::CompanyTax);
        lg.tax_revenue += self.levy((firm, Authority::Local), lg, books, local, Flow::CompanyTax).fen();
        books.company_tax += tax;
    }

    /// Value added, property and production taxes on sales; a negative rate is a subsidy from the centre.
    pub(super) fn pay_sales_taxes(
        &mut self,
        firm: Party,
        sector: &SectorStructure,
        local_share: f64,
        lg: &mut LocalGovernment,
        books: &mut Books,
    ) {
        let (centre, local) = ((firm, Authority::Centre), (firm, Authority::Local));
        let vat = books.revenue.share(sector.value_added_tax);
        let local_vat = vat.share(local_share);
        let property = books.revenue.share(sector.property_tax);
        let production = books.revenue.share(sector.production_tax);
        if production.0 < 0 {
            self.batch.transfer(Party::CentralGovernment, firm, -production, Flow::Subsidies);
            self.centre.spending -= production.fen();
            books.deposits -= production;
            self.means -= production;
        }
        self.levy(centre, lg, books, vat - local_vat, Flow::ValueAddedTax);
        let mut to_local = self.levy(local, lg, books, local_vat, Flow::ValueAddedTax);
        to_local += self.levy(local, lg, books, property, Flow::PropertyTax);
        to_local += self.levy(local, lg, books, production.positive(), Flow::ProductionTaxNet);
        let fees = books.revenue.positive().share(lg.fee_rate);
        lg.fee_revenue += self.levy(local, lg, books, fees, Flow::Fees).fen();
        lg.tax_revenue += to_local.fen();
        books.production_taxes += vat + property + production + fees;
    }
}
