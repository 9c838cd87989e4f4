using System.CommandLine;
using Switchboard.Core;
using Switchboard.Core.Knowledge;
using Switchboard.Domain.Support;
using Switchboard.Server.Api.Administration;
using Switchboard.Server.Api.Knowledge;

namespace Switchboard.Server.Cli;

/// <summary>knowledge import, search, answer, stats.</summary>
public sealed class KnowledgeCommands(BindAction bind)
{
    private readonly Argument<string[]> paths = new("path") { Description = "Folders or zips of Markdown and HTML, single files, addresses of pages or sitemaps", Arity = ArgumentArity.OneOrMore };
    private readonly Argument<string> words = new("words") { Description = "What to look for" };
    private readonly Argument<string> question = new("question") { Description = "The question" };
    private readonly Option<int> most = new("--k") { Description = "How many hits", DefaultValueFactory = _ => 10 };

    /// <summary>The commands.</summary>
    public Command Build()
    {
        var import = new Command("import", "Import Markdown, HTML, pages and sitemaps: what is unchanged stays, what vanished is archived") { paths };
        import.SetAction(bind(ImportAsync));
        var search = new Command("search", "Search the articles") { words, most };
        search.SetAction(bind(SearchAsync));
        var answer = new Command("answer", "Answer from the articles alone") { question };
        answer.SetAction(bind(AnswerAsync));
        var stats = new Command("stats", "Show how large the help centre is");
        stats.SetAction(bind(StatsAsync));
        return new Command("knowledge", "The articles of a tenant") { import, search, answer, stats };
    }

    private async Task ImportAsync(ParseResult parsed, Globals globals, CancellationToken cancellationToken)
    {
        string[] given = parsed.GetValue(paths)!;
        string[] addresses = [.. given.Where(IsAddress)];
        List<ImportJob> jobs = [.. given.Where(p => !IsAddress(p)).Select(ImportJob.Of)];

        await using DeskConnection desk = await globals.ConnectAsync(cancellationToken);
        EnsureTenant.TenantView tenant = await DeskConnection.ReadAsync<EnsureTenant.TenantView>(await desk.Http.PutAsync($"/api/v1/tenants/{Uri.EscapeDataString(globals.Tenant)}", null, cancellationToken), cancellationToken);
        if (tenant.Created) globals.Terminal.Line($"The tenant \"{tenant.Slug}\" is new.");

        ImportReport total = ImportReport.Nothing;
        foreach (ImportJob job in jobs)
            total = total.And(await globals.Terminal.ProgressAsync("Importing", progress => job.SendAsync(desk, progress, cancellationToken)));
        if (addresses.Length > 0)
            total = total.And(await globals.Terminal.ProgressAsync("Importing", progress => ImportJob.SendAsync(desk, addresses, progress, cancellationToken)));

        globals.Terminal.Result(total, _ =>
        {
            foreach (FileReport file in total.Files.Where(f => f.Result is not "unchanged"))
                globals.Terminal.Line($"{file.Result,-9} {file.Path}{(file.Error is null ? "" : ": " + file.Error)}");
            globals.Terminal.Line($"{total.Added} added, {total.Changed} changed, {total.Unchanged} unchanged, {total.Archived} archived, {total.Failed.Count} failed");
        });
    }

    private async Task SearchAsync(ParseResult parsed, Globals globals, CancellationToken cancellationToken)
    {
        await using DeskConnection desk = await globals.ConnectAsync(cancellationToken);
        SearchKnowledge.HitsView hits = await DeskConnection.ReadAsync<SearchKnowledge.HitsView>(
            await desk.Http.GetAsync($"/api/v1/knowledge/search?k={parsed.GetValue(most)}&q={Uri.EscapeDataString(parsed.GetValue(words)!)}", cancellationToken), cancellationToken);
        globals.Terminal.Result(hits, _ =>
        {
            foreach (SearchKnowledge.HitView hit in hits.Items)
            {
                globals.Terminal.Line($"{hit.Score,8:0.000}  {hit.Title}{(hit.Heading.Length > 0 && hit.Heading != hit.Title ? " › " + hit.Heading : "")}");
                globals.Terminal.Line($"          {hit.Snippet.ReplaceLineEndings(" ")}");
            }
            globals.Terminal.Line($"{Amount.Of(hits.Items.Count, "articles")} in {hits.TookMs:0.0} ms");
        });
    }

    private async Task AnswerAsync(ParseResult parsed, Globals globals, CancellationToken cancellationToken)
    {
        await using DeskConnection desk = await globals.ConnectAsync(cancellationToken);
        SearchKnowledge.AnswerView answer = await DeskConnection.ReadAsync<SearchKnowledge.AnswerView>(
            await desk.Http.PostAsJsonAsync("/api/v1/knowledge/answer", new SearchKnowledge.Asked(parsed.GetValue(question)), Json.Options, cancellationToken), cancellationToken);
        globals.Terminal.Result(answer, _ =>
        {
            if (answer.Answer is null)
            {
                globals.Terminal.Line($"No article answers this (confidence {answer.Confidence:0.00}).{(answer.Closest.Count > 0 ? " Closest:" : "")}");
                foreach (SearchKnowledge.HitView hit in answer.Closest) globals.Terminal.Line($"  {hit.Title}");
                return;
            }
            foreach (AnswerSentence sentence in answer.Sentences) globals.Terminal.Line($"{sentence.Text} {string.Concat(sentence.Citations.Select(c => $"[{c.N}]").Distinct())}");
            foreach (Citation source in answer.Sentences.SelectMany(s => s.Citations).DistinctBy(c => c.N)) globals.Terminal.Line($"[{source.N}] {source.Title}");
            globals.Terminal.Line($"confidence {answer.Confidence:0.00}");
        });
    }

    private async Task StatsAsync(ParseResult parsed, Globals globals, CancellationToken cancellationToken)
    {
        await using DeskConnection desk = await globals.ConnectAsync(cancellationToken);
        SearchKnowledge.StatsView stats = await DeskConnection.ReadAsync<SearchKnowledge.StatsView>(await desk.Http.GetAsync("/api/v1/knowledge/stats", cancellationToken), cancellationToken);
        globals.Terminal.Result(stats, _ => globals.Terminal.Line($"{stats.Published} published, {Amount.Of(stats.Drafts, "drafts")}, {stats.Archived} archived; {Amount.Of(stats.Chunks, "passages")} in the index, version {stats.Version}"));
    }

    private static bool IsAddress(string path) => Uri.TryCreate(path, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https";
}
