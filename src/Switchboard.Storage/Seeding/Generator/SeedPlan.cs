using Switchboard.Domain.Organisation;
using Switchboard.Domain.Support;

namespace Switchboard.Storage.Seeding.Generator;

/// <summary>Customers whose rows are stored in one transaction.</summary>
/// <param name="From">The first of them.</param>
/// <param name="Until">The first customer after them.</param>
/// <param name="Batch">Their rows.</param>
internal sealed record SeedChunk(int From, int Until, SeedBatch Batch);

/// <summary>
/// The rows of a request, made chunk by chunk in the order of the customers' coming. Only the chunk that was asked for is held, so memory does not
/// grow with the number of customers. Chunks follow one another: the numbers of invoices are counted on.
/// </summary>
internal sealed class SeedPlan
{
    /// <summary>
    /// Customer-years in a chunk: about ten thousand rows, which keeps other writers waiting for a fraction of a second. The ids of a life are spread over all the
    /// time there is, so a chunk touches pages all over the indexes, each written once a chunk; three times as large, the load is a fifth faster and takes more than a GB.
    /// </summary>
    private const int chunkSize = 80;

    private readonly InvoiceNumbers numbers;

    /// <summary>Lays the rows out; every life is lived once for it.</summary>
    /// <param name="request">What to generate.</param>
    /// <param name="tenant">The tenant the rows belong to.</param>
    /// <param name="articles">Its published articles.</param>
    /// <param name="lastNumbers">The last invoice number of each year before any of ours.</param>
    /// <param name="from">The first customer that is not stored yet.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    public SeedPlan(SeedRequest request, Tenant tenant, IEnumerable<KbArticle> articles, IReadOnlyDictionary<int, int> lastNumbers, int from, CancellationToken cancellationToken)
    {
        Request = request;
        World = new SeedWorld(request, tenant, articles);
        Tally = SeedTally.Count(World, from, cancellationToken);
        numbers = new InvoiceNumbers(World, Tally.Invoices, Tally.InvoicesBefore, lastNumbers);
    }

    public SeedRequest Request { get; }

    public SeedWorld World { get; }

    public SeedTally Tally { get; }

    /// <summary>The last invoice number of each year when all are given.</summary>
    public IReadOnlyDictionary<int, int> LastNumbers => numbers.Last;

    /// <summary>The rows that belong to no customer; they are stored before all others.</summary>
    /// <param name="there">Kinds of rows, and keys of features, that the tenant has already.</param>
    public SeedBatch Shared(IReadOnlySet<string> there)
    {
        var batch = new SeedBatch();
        WorldRows.Write(World, Tally, batch, there);
        return batch;
    }

    /// <summary>The rows of the customers from one on.</summary>
    public SeedChunk Next(int from)
    {
        var batch = new SeedBatch();
        int until = Math.Min(Request.Customers, from + Math.Max(5, chunkSize / Request.Years));
        for (int i = from; i < until; i++) Write(LifeSimulation.Run(World, i), batch);
        batch.Sort();
        return new SeedChunk(from, until, batch);
    }

    private void Write(Life life, SeedBatch batch)
    {
        var scope = new RowScope(World, life, batch);
        CustomerRows.Write(scope);
        ActivityRows.Write(scope);
        BillingRows.Write(scope, numbers);
        SupportRows.Write(scope);
        SuccessRows.Write(scope);
        SalesRows.Write(scope);
        HealthRows.Write(scope);
        PredictionRows.Write(scope);
    }
}
