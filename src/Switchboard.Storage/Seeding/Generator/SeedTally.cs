namespace Switchboard.Storage.Seeding.Generator;

/// <summary>
/// What must be known of all lives before the first row is written: how many invoices each day has, whom each incident hit, how the experiment went.
/// Lives are lived and forgotten one by one, so the memory does not grow with their number but for the ids an incident lists.
/// </summary>
internal sealed class SeedTally
{
    private SeedTally(SeedWorld world)
    {
        Invoices = new int[world.Calendar.Days];
        InvoicesBefore = new int[world.Calendar.Days];
        SignUps = new int[world.Calendar.Days];
        Affected = [.. world.Incidents.Select(_ => new List<Guid>())];
    }

    /// <summary>Invoices by day.</summary>
    public int[] Invoices { get; }

    /// <summary>Those of the customers before the one that is asked about.</summary>
    public int[] InvoicesBefore { get; private set; }

    /// <summary>New customers by day.</summary>
    public int[] SignUps { get; }

    /// <summary>The customers of each incident that not everybody felt.</summary>
    public IReadOnlyList<List<Guid>> Affected { get; }

    /// <summary>Units and successes of the experiment, by variant.</summary>
    public (int Units, int Successes)[] Experiment { get; } = new (int, int)[2];

    /// <summary>Lives all lives.</summary>
    /// <param name="world">The world.</param>
    /// <param name="from">The first customer whose rows are not stored yet.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    public static SeedTally Count(SeedWorld world, int from, CancellationToken cancellationToken)
    {
        var tally = new SeedTally(world);
        for (int i = 0; i < world.Request.Customers; i++)
        {
            if (i % 256 == 0) cancellationToken.ThrowIfCancellationRequested();
            if (i == from) tally.InvoicesBefore = [.. tally.Invoices];
            tally.Add(world, LifeSimulation.Run(world, i));
        }

        if (from >= world.Request.Customers) tally.InvoicesBefore = [.. tally.Invoices];
        return tally;
    }

    private void Add(SeedWorld world, Life life)
    {
        SignUps[life.Company.Day]++;
        foreach (BillPlan bill in life.Bills) Invoices[bill.Day]++;
        foreach (int incident in life.Incidents)
        {
            if (world.Incidents[incident].Share < 1) Affected[incident].Add(life.Company.Id);
        }

        if (life.Variant is not { } variant || life.TrialEnd >= world.Calendar.Days) return;
        (int units, int successes) = Experiment[variant ? 1 : 0];
        Experiment[variant ? 1 : 0] = (units + 1, successes + (life.Converted ? 1 : 0));
    }
}
