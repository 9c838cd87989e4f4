using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Switchboard.Core.Runs;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Product;
using Switchboard.Domain.Support;

namespace Switchboard.Storage.Seeding.Generator;

/// <summary>What somebody asks to be generated; null for what is not said.</summary>
/// <param name="Customers">Customers.</param>
/// <param name="Years">Years.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Until">The day after the last one with rows; today when it is not said.</param>
public sealed record SeedAsk(int? Customers = null, int? Years = null, long? Seed = null, DateOnly? Until = null);

/// <summary>
/// Fills the demonstration tenant with the history of a company that sells software by subscription. The rows are stored in chunks of one transaction
/// each; with each chunk a row of its own (a data job of kind <c>demo_seed</c>) notes how far it is, so that a call that was cut off is completed by the next
/// one to the same rows, and a tenant that is filled is left alone.
/// </summary>
/// <param name="data">Where the rows go.</param>
/// <param name="tenants">The tenants.</param>
/// <param name="clock">Gives today.</param>
/// <param name="faults">Where a test may end the process.</param>
public sealed class DemoGenerator(Data data, Tenants tenants, TimeProvider clock, IFaultPoints faults)
{
    private const string kind = "demo_seed";
    private const string busy = "Another call is filling the demonstration tenant at this moment. Wait for it to end.";

    /// <summary>Generates what is asked for, or completes what an earlier call began.</summary>
    /// <param name="ask">What to generate.</param>
    /// <param name="progress">Told how far it is; null for nobody.</param>
    /// <param name="cancellationToken">Breaks it off between two chunks; the next call goes on from there.</param>
    /// <exception cref="SeedRefusedException">The tenant is missing or filled already, or the request is malformed or differs from the one that was begun.</exception>
    public async Task<SeedReport> GenerateAsync(SeedAsk ask, IProgress<SeedProgress>? progress, CancellationToken cancellationToken)
    {
        long began = clock.GetTimestamp();
        if (await tenants.FindAsync(DemoSeed.Slug, cancellationToken) is not { IsDemo: true } tenant)
            throw new SeedRefusedException("There is no demonstration tenant to fill. Start the server once without --no-demo, then run this again.");
        var actor = new SystemActor(tenant.Id, "seed");
        Known known = await ReadAsync(tenant.Id, cancellationToken);
        Begun begun = known.Job is { } job ? Resume(job, ask) : Begin(ask, known.Counters);
        // Living all lives is work for a processor: it must not hold up whoever called.
        SeedPlan plan = await Task.Run(() => new SeedPlan(begun.Request, tenant, known.Articles, begun.Numbers, begun.Done, cancellationToken), cancellationToken);
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        int done = begun.Done;
        Guid jobId = known.Job?.Id ?? SeedRandom.For(begun.Request.Seed, SeedStream.World, 2).Id(plan.World.Calendar.End);
        if (known.Job is null) await StartAsync(actor, plan, begun, jobId, known.There, counts, cancellationToken);
        progress?.Report(new SeedProgress(done, begun.Request.Customers, counts.Values.Sum()));

        // The next chunk is made while one is being stored.
        Task<SeedChunk>? next = done < begun.Request.Customers ? Make(plan, done) : null;
        while (next is not null)
        {
            SeedChunk chunk = await next;
            next = chunk.Until < begun.Request.Customers ? Make(plan, chunk.Until) : null;
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                await data.LoadAsync(actor, load => Store(load, chunk, jobId, counts, begun.Request.Customers), cancellationToken);
            }
            catch
            {
                if (next is not null) await Task.WhenAny(next);
                throw;
            }

            done = chunk.Until;
            faults.Reached("seed:chunk-stored");
            progress?.Report(new SeedProgress(done, begun.Request.Customers, counts.Values.Sum()));
        }

        SeedRequest request = begun.Request;
        return new SeedReport(request.Customers, request.Years, request.Seed, request.Until, begun.Done, counts.Values.Sum(), counts, clock.GetElapsedTime(began).TotalSeconds);
    }

    private static Task<SeedChunk> Make(SeedPlan plan, int from) => Task.Run(() => plan.Next(from));

    private bool Store(IBulkLoad load, SeedChunk chunk, Guid jobId, Dictionary<string, long> counts, int customers)
    {
        DataJob job = load.Db.Set<DataJob>().Single(j => j.Id == jobId);
        if (job.Rows != chunk.From) throw new SeedRefusedException(busy);
        chunk.Batch.LoadInto(load, counts);
        job.Rows = chunk.Until;
        if (chunk.Until == customers) job.EndedAt = clock.GetUtcNow();
        return true;
    }

    private async Task StartAsync(Actor actor, SeedPlan plan, Begun begun, Guid jobId, HashSet<string> there, Dictionary<string, long> counts, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        SeedBatch shared = plan.Shared(there);
        await data.LoadAsync(
            actor,
            load =>
            {
                if (load.Db.Set<DataJob>().Any(j => j.Kind == kind)) throw new SeedRefusedException(busy);
                shared.LoadInto(load, counts);
                load.Db.Add(new DataJob { TenantId = actor.TenantId, Id = jobId, Kind = kind, Format = begun.ToString(), Rows = 0, StartedAt = now });
                List<InvoiceCounter> counters = [.. load.Db.Set<InvoiceCounter>()];
                SeedRandom random = SeedRandom.For(plan.Request.Seed, SeedStream.World, 3);
                foreach ((int year, int last) in plan.LastNumbers)
                {
                    InvoiceCounter? counter = counters.Find(c => c.Year == year);
                    if (counter is null) load.Db.Add(counter = new InvoiceCounter { TenantId = actor.TenantId, Id = random.Id(plan.World.Calendar.Utc(0)), Year = year });
                    counter.Saw(new InvoiceNumber(year, last));
                }

                return true;
            },
            cancellationToken);
        faults.Reached("seed:shared-stored");
    }

    private async Task<Known> ReadAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenantId);
        DataJob? job = await db.Set<DataJob>().Where(j => j.Kind == kind).FirstOrDefaultAsync(cancellationToken);
        List<KbArticle> articles = await db.Articles.Where(a => a.Status == ArticleStatus.Published).ToListAsync(cancellationToken);
        Dictionary<int, int> counters = await db.Set<InvoiceCounter>().ToDictionaryAsync(c => c.Year, c => c.Last, cancellationToken);
        HashSet<string> there = [.. await db.Set<RetentionPolicy>().Select(p => p.Entity).ToListAsync(cancellationToken), .. await db.Set<ProductFeature>().Select(f => f.Key).ToListAsync(cancellationToken)];
        return new Known(job, articles, counters, there);
    }

    private Begun Begin(SeedAsk ask, Dictionary<int, int> counters)
    {
        var request = new SeedRequest(ask.Customers ?? SeedRequest.DefaultCustomers, ask.Years ?? SeedRequest.DefaultYears, ask.Seed ?? SeedRequest.DefaultSeed, ask.Until ?? DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime));
        return request.Problem() is { } problem ? throw new SeedRefusedException(problem) : new Begun(request, counters, 0);
    }

    private static Begun Resume(DataJob job, SeedAsk ask)
    {
        Begun begun = Begun.Parse(job.Format, job.Rows);
        SeedRequest request = begun.Request;
        string said = string.Create(CultureInfo.InvariantCulture, $"--customers {request.Customers} --years {request.Years} --seed {request.Seed} --until {request.Until:yyyy-MM-dd}");
        if (job.EndedAt is not null) throw new SeedRefusedException($"The demonstration tenant was filled before ({said}); nothing was changed. Name another data folder with --data for other rows.");
        if ((ask.Customers ?? request.Customers) != request.Customers || (ask.Years ?? request.Years) != request.Years || (ask.Seed ?? request.Seed) != request.Seed || (ask.Until ?? request.Until) != request.Until)
            throw new SeedRefusedException($"An earlier call was cut off after {job.Rows} of {request.Customers} customers. Complete it with: db seed --demo {said}");
        return begun;
    }

    private sealed record Known(DataJob? Job, List<KbArticle> Articles, Dictionary<int, int> Counters, HashSet<string> There);

    /// <summary>A request that was begun: the invoice numbers that were given before it, and the customers it has stored.</summary>
    private sealed record Begun(SeedRequest Request, IReadOnlyDictionary<int, int> Numbers, int Done)
    {
        private const string numbers = ";invoices=";

        public static Begun Parse(string text, int done)
        {
            string[] parts = text.Split(numbers);
            Dictionary<int, int> before = parts.Length < 2 || parts[1].Length == 0 ? [] : parts[1].Split(',').Select(p => p.Split(':')).ToDictionary(p => int.Parse(p[0], CultureInfo.InvariantCulture), p => int.Parse(p[1], CultureInfo.InvariantCulture));
            return new Begun(SeedRequest.Parse(parts[0]), before, done);
        }

        public override string ToString() => Request + numbers + string.Join(',', Numbers.OrderBy(n => n.Key).Select(n => string.Create(CultureInfo.InvariantCulture, $"{n.Key}:{n.Value}")));
    }
}
