using System.IO.Compression;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using Switchboard.Core;
using Switchboard.Core.Knowledge;
using Switchboard.Server.Api.Knowledge;

namespace Switchboard.Server.Cli;

/// <summary>One folder, zip or file that a command imports: what it holds and how it is sent.</summary>
public sealed class ImportJob
{
    private readonly string root;
    private readonly bool partial;
    private readonly string? zip;
    private readonly IReadOnlyList<(string Relative, string Full)> files;

    private ImportJob(string root, bool partial, string? zip, IReadOnlyList<(string Relative, string Full)> files)
    {
        this.root = root.Replace('\\', '/');
        this.partial = partial;
        this.zip = zip;
        this.files = files;
    }

    /// <summary>The articles of a folder or a zip, or one file. Links are not followed: they could lead out of the folder or in a circle.</summary>
    /// <exception cref="CommandException">There is nothing to import.</exception>
    public static ImportJob Of(string path)
    {
        string full = Path.GetFullPath(path);
        if (File.Exists(full))
        {
            if (full.EndsWith(".zip", StringComparison.OrdinalIgnoreCase)) return new ImportJob(full, false, full, []);
            if (ArticleFile.FormatOf(full) is null) throw new CommandException($"{full} is no Markdown file, page of HTML or zip of these; articles end with .md or .html.");
            return new ImportJob(Path.GetDirectoryName(full)!, true, null, [(Path.GetFileName(full), full)]);
        }
        if (!Directory.Exists(full)) throw new CommandException($"There is no folder or file {full}.");
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint };
        List<(string, string)> found = [.. Directory.EnumerateFiles(full, "*", options).Where(f => ArticleFile.FormatOf(f) is not null).Order(StringComparer.Ordinal).Select(f => (Path.GetRelativePath(full, f).Replace('\\', '/'), f))];
        return found.Count > 0 ? new ImportJob(full, false, null, found) : throw new CommandException($"There is no Markdown file (*.md) or page of HTML (*.html) in {full}; nothing was changed.");
    }

    /// <summary>Sends pages and sitemaps for the server to read.</summary>
    /// <exception cref="CommandException">The server refuses.</exception>
    public static async Task<ImportReport> SendAsync(DeskConnection desk, IReadOnlyList<string> addresses, IProgress<(int, int)> progress, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/articles/import") { Content = JsonContent.Create(new ImportArticles.Listed(addresses), options: Json.Options) };
        return await ReadReportAsync(desk, request, progress, cancellationToken);
    }

    /// <summary>Packs the files, sends them and tells how far the import is.</summary>
    /// <exception cref="CommandException">The server refuses.</exception>
    public async Task<ImportReport> SendAsync(DeskConnection desk, IProgress<(int, int)> progress, CancellationToken cancellationToken)
    {
        var unreadable = new List<FailedFile>();
        using var packed = new MemoryStream();
        if (zip is not null) await packed.WriteAsync(await File.ReadAllBytesAsync(zip, cancellationToken), cancellationToken);
        else await PackAsync(packed, unreadable, cancellationToken);
        packed.Position = 0;

        // A file that cannot be read now must not look as if it had vanished, so nothing is archived then.
        bool keep = partial || unreadable.Count > 0;
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/articles/import?partial={(keep ? "true" : "false")}&root={Uri.EscapeDataString(root)}") { Content = new StreamContent(packed) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/zip");
        ImportReport report = await ReadReportAsync(desk, request, progress, cancellationToken);
        return report with { Failed = [.. report.Failed, .. unreadable], Files = [.. report.Files, .. unreadable.Select(f => new FileReport(f.Path, "failed", f.Error))] };
    }

    private async Task PackAsync(MemoryStream packed, List<FailedFile> unreadable, CancellationToken cancellationToken)
    {
        using var archive = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true);
        foreach ((string relative, string full) in files)
        {
            try
            {
                byte[] bytes = await File.ReadAllBytesAsync(full, cancellationToken);
                await using Stream entry = archive.CreateEntry(relative, CompressionLevel.Fastest).Open();
                await entry.WriteAsync(bytes, cancellationToken);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                unreadable.Add(new FailedFile(relative, error.Message));
            }
        }
    }

    private static async Task<ImportReport> ReadReportAsync(DeskConnection desk, HttpRequestMessage request, IProgress<(int, int)> progress, CancellationToken cancellationToken)
    {
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
                    return Json.Read<ImportReport>(item.Data);
                case "error":
                    throw new CommandException(Json.Read<ServerError>(item.Data).Message);
            }
        }
        throw new CommandException("The server ended the import without a report. Run it again: what was imported is not imported twice.");
    }

    private sealed record ServerError(string Code, string Message);
}
