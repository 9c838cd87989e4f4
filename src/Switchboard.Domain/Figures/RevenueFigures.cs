using Switchboard.Domain.Billing;

namespace Switchboard.Domain.Figures;

/// <summary>Recurring revenue in a period: what there was, what moved, what there is. All amounts are of one currency and a month.</summary>
/// <param name="Start">Monthly recurring revenue just before the period.</param>
/// <param name="New">From customers that had none, those who came back included.</param>
/// <param name="Expansion">More from customers that had some.</param>
/// <param name="Contraction">Less from customers that still have some; not negative.</param>
/// <param name="Churn">Lost with customers that left; not negative.</param>
public sealed record RevenueMovements(decimal Start, decimal New, decimal Expansion, decimal Contraction, decimal Churn)
{
    /// <summary>Monthly recurring revenue at the end of the period.</summary>
    public decimal End => Start + New + Expansion - Contraction - Churn;

    /// <summary>Annual recurring revenue at the end.</summary>
    public decimal Arr => 12 * End;

    /// <summary>Net revenue retention: (start + expansion − contraction − churn) ÷ start; null when there was nothing at the start.</summary>
    public double? Nrr => Ratio(Start + Expansion - Contraction - Churn, Start);

    /// <summary>Gross revenue retention: (start − contraction − churn) ÷ start; null when there was nothing at the start.</summary>
    public double? Grr => Ratio(Start - Contraction - Churn, Start);

    /// <summary>(new + expansion) ÷ (contraction + churn); null when nothing was lost.</summary>
    public double? QuickRatio => Ratio(New + Expansion, Contraction + Churn);

    /// <summary>Adds up the ledger's movements of a period.</summary>
    /// <param name="start">Monthly recurring revenue just before the period.</param>
    /// <param name="changes">The ledger's entries of the period, of one currency.</param>
    /// <exception cref="ArgumentException">An entry moves the other way than its kind says.</exception>
    public static RevenueMovements Of(decimal start, IEnumerable<SubscriptionChange> changes) => Of(start, changes.Select(c => (c.Movement, c.MrrAfter - c.MrrBefore)));

    /// <summary>Adds up what the ledger's movements of a period changed.</summary>
    /// <param name="start">Monthly recurring revenue just before the period.</param>
    /// <param name="changes">Kinds of movement, each with what it added; what it took is negative.</param>
    /// <exception cref="ArgumentException">A movement goes the other way than its kind says.</exception>
    public static RevenueMovements Of(decimal start, IEnumerable<(MrrMovement Movement, decimal Difference)> changes)
    {
        decimal fresh = 0, expansion = 0, contraction = 0, churn = 0;
        foreach ((MrrMovement movement, decimal difference) in changes)
        {
            bool loses = movement is MrrMovement.Contraction or MrrMovement.Churn;
            if (difference != 0 && loses != difference < 0) throw new ArgumentException($"A movement is {movement} and adds {difference}.", nameof(changes));
            switch (movement)
            {
                case MrrMovement.New or MrrMovement.Reactivation:
                    fresh += difference;
                    break;
                case MrrMovement.Expansion:
                    expansion += difference;
                    break;
                case MrrMovement.Contraction:
                    contraction -= difference;
                    break;
                default:
                    churn -= difference;
                    break;
            }
        }

        return new RevenueMovements(start, fresh, expansion, contraction, churn);
    }

    internal static double? Ratio(decimal part, decimal whole) => whole == 0 ? null : (double)(part / whole);
}

/// <summary>Customers in a period and what they are worth.</summary>
/// <param name="CustomersAtStart">Customers with recurring revenue just before the period.</param>
/// <param name="NewCustomers">Customers that got some in the period.</param>
/// <param name="LostCustomers">Customers that lost all of it.</param>
/// <param name="Months">The period's length in months, more than 0.</param>
/// <param name="MrrAtEnd">Monthly recurring revenue at its end.</param>
/// <param name="SalesCost">What selling cost in the period; null when it is not known.</param>
public sealed record CustomerFigures(int CustomersAtStart, int NewCustomers, int LostCustomers, double Months, decimal MrrAtEnd, decimal? SalesCost)
{
    /// <summary>The share of revenue that is left after what serving a customer costs.</summary>
    public const double GrossMargin = 0.8;

    /// <summary>Customers at the end.</summary>
    public int CustomersAtEnd => CustomersAtStart + NewCustomers - LostCustomers;

    /// <summary>Lost customers ÷ customers at the start, 0..1 and more when new ones left as well; null without customers at the start.</summary>
    public double? LogoChurn => CustomersAtStart == 0 ? null : (double)LostCustomers / CustomersAtStart;

    /// <summary>Logo churn for each month of the period.</summary>
    public double? MonthlyChurn => LogoChurn / Months;

    /// <summary>Average monthly recurring revenue of a customer; null without customers.</summary>
    public decimal? Arpa => CustomersAtEnd == 0 ? null : MrrAtEnd / CustomersAtEnd;

    /// <summary>Lifetime value: ARPA × gross margin ÷ monthly churn; null when nobody left, since then it has no bound.</summary>
    public decimal? Ltv => MonthlyChurn is > 0 and var churn && Arpa is { } arpa ? arpa * (decimal)(GrossMargin / churn) : null;

    /// <summary>Cost of a new customer: sales cost ÷ new customers; null when either is not known.</summary>
    public decimal? Cac => NewCustomers == 0 ? null : SalesCost / NewCustomers;
}
