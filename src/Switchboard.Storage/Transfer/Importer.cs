using System.Reflection;
using Switchboard.Core.Transfer;
using Switchboard.Core.Transfer.Reading;
using Switchboard.Domain;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Support;

namespace Switchboard.Storage.Transfer;

/// <summary>A file of a folder, to be opened when its turn comes.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Open">Opens it from its beginning.</param>
public sealed record ImportedFile(string Name, Func<CancellationToken, Task<Stream>> Open);

/// <summary>Imports files of rows. Each file is one transaction: with one wrong row nothing of it is stored.</summary>
/// <param name="data">Where the rows are stored.</param>
/// <param name="tenants">The tenants.</param>
/// <param name="clock">The time of the import.</param>
public sealed class Importer(Data data, Tenants tenants, TimeProvider clock)
{
    private static readonly MethodInfo add = typeof(Importer).GetMethod(nameof(AddRows), BindingFlags.Static | BindingFlags.NonPublic)!;

    /// <summary>Imports a file of one kind.</summary>
    /// <exception cref="UnreadableFileException">The file or the mapping is wrong as a whole; nothing was changed.</exception>
    public async Task<ImportReport> ImportAsync(Actor actor, ImportKind kind, Stream file, string? name, ImportOptions options, CancellationToken cancellationToken)
    {
        SourceFile source = await RowReader.OpenAsync(file, cancellationToken);
        return await ImportAsync(actor, kind, source, name, options, new KnownRows(), cancellationToken);
    }

    /// <summary>Imports files of many kinds, those that others refer to first. Which kind a file holds is told by the table it names, else by its own name. What has no kind is passed over.</summary>
    /// <exception cref="UnreadableFileException">A file is wrong as a whole. Files before it are stored.</exception>
    public async Task<FolderReport> ImportFolderAsync(Actor actor, IReadOnlyList<ImportedFile> files, ImportOptions options, IProgress<(int Done, int Total)>? progress, CancellationToken cancellationToken)
    {
        var known = new KnownRows();
        var ordered = new List<(ImportedFile File, ImportKind? Kind, int Place)>();
        foreach (ImportedFile file in files)
        {
            ImportKind? kind = await KindOfAsync(file, cancellationToken);
            ordered.Add((file, kind, kind is null ? int.MaxValue : ImportKinds.PlaceOf(kind)));
        }

        var reports = new List<ImportReport>();
        foreach ((ImportedFile file, ImportKind? kind, _) in ordered.OrderBy(f => f.Place).ThenBy(f => f.File.Name, StringComparer.Ordinal))
        {
            try
            {
                await using Stream content = await file.Open(cancellationToken);
                SourceFile source = await RowReader.OpenAsync(content, cancellationToken);
                reports.Add(kind is null
                    ? await SkipAsync(file.Name, source, options, cancellationToken)
                    : await ImportAsync(actor, kind, source, file.Name, options with { SkipUnknownChoices = true }, known, cancellationToken));
            }
            catch (UnreadableFileException broken)
            {
                throw new UnreadableFileException($"{file.Name}: {broken.Message}", broken.Line);
            }

            progress?.Report((reports.Count, files.Count));
        }

        return new FolderReport(options.DryRun, reports);
    }

    private static async Task<ImportKind?> KindOfAsync(ImportedFile file, CancellationToken cancellationToken)
    {
        try
        {
            await using Stream content = await file.Open(cancellationToken);
            SourceFile source = await RowReader.OpenAsync(content, cancellationToken);
            return ImportKinds.OfTable(source.Table ?? Path.GetFileNameWithoutExtension(file.Name));
        }
        catch (UnreadableFileException broken)
        {
            throw new UnreadableFileException($"{file.Name}: {broken.Message}", broken.Line);
        }
    }

    private static async Task<ImportReport> SkipAsync(string name, SourceFile source, ImportOptions options, CancellationToken cancellationToken)
    {
        int rows = 0;
        await foreach (SourceRow _ in source.Rows.WithCancellation(cancellationToken)) rows++;
        string table = source.Table ?? Path.GetFileNameWithoutExtension(name);
        return new ImportReport { File = name, DryRun = options.DryRun, Rows = rows, Skipped = [new SkippedRows($"There is no kind of row for the table {table}. Kinds are: {string.Join(", ", ImportKinds.All.Select(k => k.Name))}.", rows)] };
    }

    private async Task<ImportReport> ImportAsync(Actor actor, ImportKind kind, SourceFile source, string? name, ImportOptions options, KnownRows known, CancellationToken cancellationToken)
    {
        ParsedFile file = await ParsedFile.ReadAsync(kind, source, options, cancellationToken);
        Tenant tenant = (await tenants.FindAsync(actor.TenantId, cancellationToken))!;
        DateTimeOffset now = clock.GetUtcNow();
        // The database keeps microseconds, so a row is made with no more.
        now = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
        if (options.DryRun || file.HasErrors)
        {
            await using SwitchboardDb db = data.For(actor.TenantId);
            (ImportPlan main, IReadOnlyList<ImportPlan> derived) = ImportPlan.Create(file, new ImportTarget(db, tenant.Currency), known, now);
            return Describe(file, name, main, derived, applied: false);
        }

        return await data.LoadAsync(
            actor,
            load =>
            {
                (ImportPlan main, IReadOnlyList<ImportPlan> derived) = ImportPlan.Create(file, new ImportTarget(load.Db, tenant.Currency), known, now);
                bool good = main.Errors.Count == 0;
                if (good) foreach (ImportPlan plan in (ImportPlan[])[main, .. derived]) Apply(load, plan, now);
                return Describe(file, name, main, derived, good);
            },
            cancellationToken);
    }

    private static void Apply(IBulkLoad load, ImportPlan plan, DateTimeOffset now)
    {
        if (plan.Added.Count > 0) add.MakeGenericMethod(plan.Kind.Entity).Invoke(null, BindingFlags.DoNotWrapExceptions, null, [load, plan.Added], null);
        foreach (PlannedChange change in plan.Changed)
        {
            decimal paid = change.Stored is Subscription was ? ImportedRevenue.Paid(was) : 0;
            foreach ((string property, object? value) in change.Values) load.Db.Entry(change.Stored).Property(property).CurrentValue = value;
            if (change.Stored is Subscription changed && ImportedRevenue.Changed(changed, paid, now) is { } entry) load.Db.Add(entry);
        }

        if (plan.Kind.Entity == typeof(Subscription)) load.Add(plan.Added.Cast<Subscription>().SelectMany(ImportedRevenue.Began));

        if (plan.Kind.Entity == typeof(Invoice)) Count(load.Db, [.. plan.Added.Cast<Invoice>()], now);
        if (plan.Kind.Entity == typeof(Message)) Answer(load.Db, [.. plan.Added.Cast<Message>()]);
    }

    private static void AddRows<T>(IBulkLoad load, IReadOnlyList<ITenantOwned> rows) where T : class, ITenantOwned => load.Add(rows.Cast<T>());

    /// <summary>Lets the counters see the numbers that came in, so that the next invoice made here follows the highest of its year.</summary>
    private static void Count(SwitchboardDb db, Invoice[] invoices, DateTimeOffset now)
    {
        InvoiceNumber[] numbers = [.. invoices.Select(i => InvoiceNumber.TryParse(i.Number ?? "", out InvoiceNumber number) ? number : default).Where(n => n.Place > 0)];
        Dictionary<int, InvoiceCounter> counters = numbers.Length == 0 ? [] : db.Set<InvoiceCounter>().ToDictionary(c => c.Year);
        foreach (IGrouping<int, InvoiceNumber> year in numbers.GroupBy(n => n.Year))
        {
            if (!counters.TryGetValue(year.Key, out InvoiceCounter? counter))
            {
                counter = new InvoiceCounter { TenantId = db.TenantId, Id = Guid.CreateVersion7(now), Year = year.Key };
                db.Add(counter);
            }

            foreach (InvoiceNumber number in year) counter.Saw(number);
        }
    }

    /// <summary>Notes on conversations when they were first answered, how often people wrote and how the customer last felt: the messages say it.</summary>
    private static void Answer(SwitchboardDb db, Message[] messages)
    {
        foreach (Message[] part in messages.GroupBy(m => m.ConversationId).Chunk(200).Select(g => g.SelectMany(m => m).ToArray()))
        {
            ILookup<Guid, Message> byConversation = part.ToLookup(m => m.ConversationId);
            Guid[] ids = [.. byConversation.Select(g => g.Key)];
            foreach (Conversation conversation in db.Conversations.Where(c => ids.Contains(c.Id)))
            {
                Message[] own = [.. byConversation[conversation.Id].Where(m => !m.IsPrivate).OrderBy(m => m.CreatedAt)];
                DateTimeOffset? first = own.FirstOrDefault(m => m.Author is MessageAuthor.Agent or MessageAuthor.Human)?.CreatedAt;
                if (first is not null && !(conversation.FirstResponseAt <= first)) db.Entry(conversation).Property(c => c.FirstResponseAt).CurrentValue = first;
                int people = own.Count(m => m.Author == MessageAuthor.Human);
                if (people > 0) db.Entry(conversation).Property(c => c.HumanMessages).CurrentValue = conversation.HumanMessages + people;
                if (own.LastOrDefault(m => m.Author == MessageAuthor.Customer)?.Sentiment is { } mood) conversation.SentimentLast = mood;
            }
        }
    }

    private static ImportReport Describe(ParsedFile file, string? name, ImportPlan main, IReadOnlyList<ImportPlan> derived, bool applied) => new()
    {
        File = name,
        Kind = file.Kind.Name,
        DryRun = file.Options.DryRun,
        Applied = applied,
        Rows = file.RowCount,
        Added = main.Added.Count,
        Changed = main.Changed.Count,
        Unchanged = main.Unchanged,
        Failed = main.Errors.Select(e => e.Line).Distinct().Count(),
        Errors = [.. main.Errors.Take(ImportReport.MostErrors)],
        Skipped = [.. file.SkippedRows],
        Derived = [.. derived.Select(d => new DerivedReport(d.Kind.Name, d.Added.Count, d.Changed.Count, d.Unchanged, [.. d.Errors.GroupBy(e => $"{e.Field ?? "row"} {e.Problem}", StringComparer.Ordinal).Select(g => new SkippedRows(g.Key, g.Count()))]))],
        Columns = file.Columns,
        Ignored = file.IgnoredColumns,
    };
}
