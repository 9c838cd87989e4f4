using System.CommandLine;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using Switchboard.Core;
using Switchboard.Core.Knowledge;
using Switchboard.Domain.Support;
using Switchboard.Server.Api.Administration;
using Switchboard.Server.Api.Knowledge;

namespace Switchboard.Server.Cli;

/// <summary>knowledge import, search, answer, stats.</summary>
public sealed class KnowledgeCommands(BindAction bind)
{
    private readonly Argument<string[]> paths = new("path") { Description = "Folders of Markdown, or single files", Arity = ArgumentArity.OneOrMore };
    private readonly Argument<string> words = new("words") { Description = "What to look for" };
    private readonly Argument<string> question = new("question") { Description = "The question" };
    private readonly Option<int> most = new("--k") { Description = "How many hits", DefaultValueFactory = _ => 10 };

    /// <summary>The commands.</summary>
    public Command Build()
    {
        var import = new Command("import", "Import Markdown: what is unchanged stays, what vanished is archived") { paths };
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
        string[] roots = parsed.GetValue(paths)!;
        List<(string Root, bool Partial, List<(string Relative, string Full)> Files)> jobs = [.. roots.Select(Collect)];

        await using DeskConnection desk = await globals.ConnectAsync(cancellationToken);
        EnsureTenant.TenantView tenant = await DeskConnection.ReadAsync<EnsureTenant.TenantView>(await desk.Http.PutAsync($"/api/v1/tenants/{Uri.EscapeDataString(globals.Tenant)}", null, cancellationToken), cancellationToken);
        if (tenant.Created) globals.Terminal.Line($"The tenant \"{tenant.Slug}\" is new.");

        var total = new ImportReport(0, 0, 0, 0, [], []);
        foreach ((string root, bool partial, List<(string Relative, string Full)> files) in jobs)
        {
            ImportReport report = await globals.Terminal.ProgressAsync("Importing", progress => SendAsync(desk, root, partial, files, progress, cancellationToken));
            total = new ImportReport(total.Added + report.Added, total.Changed + report.Changed, total.Unchanged + report.Unchanged, total.Archived + report.Archived, [.. total.Failed, .. report.Failed], [.. total.Files, .. report.Files]);
        }

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
            globals.Terminal.Line($"{hits.Items.Count} articles in {hits.TookMs:0.0} ms");
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
        globals.Terminal.Result(stats, _ => globals.Terminal.Line($"{stats.Published} published, {stats.Drafts} drafts, {stats.Archived} archived; {stats.Chunks} passages in the index, version {stats.Version}"));
    }

    /// <summary>The Markdown files of a folder, or one file. Links are not followed: they could lead out of the folder or in a circle.</summary>
    private static (string Root, bool Partial, List<(string Relative, string Full)> Files) Collect(string path)
    {
        if (Uri.TryCreate(path, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https") throw new CommandException($"{path} is an address. This version imports folders and Markdown files; save the pages as Markdown first.");
        string full = Path.GetFullPath(path);
        if (File.Exists(full))
        {
            if (!IsMarkdown(full)) throw new CommandException($"{full} is no Markdown file; articles end with .md.");
            return (Path.GetDirectoryName(full)!, true, [(Path.GetFileName(full), full)]);
        }
        if (!Directory.Exists(full)) throw new CommandException($"There is no folder or file {full}.");
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint };
        List<(string, string)> files = [.. Directory.EnumerateFiles(full, "*", options).Where(IsMarkdown).Order(StringComparer.Ordinal).Select(f => (Path.GetRelativePath(full, f).Replace('\\', '/'), f))];
        return files.Count > 0 ? (full.Replace('\\', '/'), false, files) : throw new CommandException($"There is no Markdown file (*.md) in {full}; nothing was changed.");
    }

    private static bool IsMarkdown(string path) => path.EndsWith(".md", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".markdown", StringComparison.OrdinalIgnoreCase);

    private static async Task<ImportReport> SendAsync(DeskConnection desk, string root, bool partial, List<(string Relative, string Full)> files, IProgress<(int, int)> progress, CancellationToken cancellationToken)
    {
        var unreadable = new List<FailedFile>();
        using var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string relative, string full) in files)
            {
                try
                {
                    byte[] bytes = await File.ReadAllBytesAsync(full, cancellationToken);
                    await using Stream entry = zip.CreateEntry(relative, CompressionLevel.Fastest).Open();
                    await entry.WriteAsync(bytes, cancellationToken);
                }
                catch (Exception error) when (error is IOException or UnauthorizedAccessException)
                {
                    unreadable.Add(new FailedFile(relative, error.Message));
                }
            }
        }
        packed.Position = 0;

        // A file that cannot be read now must not look as if it had vanished, so nothing is archived then.
        bool keep = partial || unreadable.Count > 0;
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/articles/import?partial={(keep ? "true" : "false")}&root={Uri.EscapeDataString(root)}") { Content = new StreamContent(packed) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/zip");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        using HttpResponseMessage response = await desk.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await DeskConnection.RequireAsync(response, cancellationToken);
        await using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (SseItem<string> item in SseParser.Create(body).EnumerateAsync(cancellationToken))
        {
            switch (item.EventType)
            {
                case "progress":
                    ImportProgress step = Json.Read<ImportProgress>(item.Data);
                    progress.Report((step.Done, step.Total));
                    break;
                case "report":
                    ImportReport report = Json.Read<ImportReport>(item.Data);
                    return report with { Failed = [.. report.Failed, .. unreadable], Files = [.. report.Files, .. unreadable.Select(f => new FileReport(f.Path, "failed", f.Error))] };
                case "error":
                    throw new CommandException(Json.Read<ServerError>(item.Data).Message);
            }
        }
        throw new CommandException("The server ended the import without a report. Run it again: what was imported is not imported twice.");
    }

    private sealed record ServerError(string Code, string Message);
}
