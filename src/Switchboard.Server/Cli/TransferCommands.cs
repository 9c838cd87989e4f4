using System.CommandLine;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text.Json;
using Switchboard.Core;
using Switchboard.Core.Transfer;
using Switchboard.Server.Api.Administration;
using Switchboard.Storage.Transfer;

namespace Switchboard.Server.Cli;

/// <summary>import and export.</summary>
public sealed class TransferCommands(BindAction bind)
{
    private const int listedErrors = 20;

    private readonly Argument<string[]> what = new("what") { Description = $"KIND FILE ({string.Join(", ", ImportKinds.All.Select(k => k.Name))}), a folder of table dumps, or a FILE.zip of export", Arity = new ArgumentArity(1, 2) };
    private readonly Option<string?> map = new("--map") { Description = "Columns whose names say nothing: \"Company=name,E-mail=email\", or a file of such lines" };
    private readonly Option<string?> dates = new("--dates") { Description = "How 03/04/2026 is meant: day_first or month_first" };
    private readonly Option<string?> numbers = new("--numbers") { Description = "What stands before decimals: point or comma" };
    private readonly Option<string?> format = new("--format") { Description = "table-dumps or tenant; found out when absent" };
    private readonly Option<bool> dryRun = new("--dry-run") { Description = "Report what would be done and change nothing" };
    private readonly Argument<string> target = new("file") { Description = "The zip to write" };
    private readonly Option<bool> force = new("--force") { Description = "Overwrite the file" };

    /// <summary>The commands.</summary>
    public IEnumerable<Command> Build()
    {
        dates.AcceptOnlyFromAmong("day_first", "month_first");
        numbers.AcceptOnlyFromAmong("point", "comma");
        format.AcceptOnlyFromAmong("table-dumps", "tenant");
        var import = new Command("import", "Import rows from CSV or JSON, a folder of table dumps, or an exported tenant") { what, map, dates, numbers, format, dryRun };
        import.SetAction(bind(ImportAsync));
        var export = new Command("export", "Export the tenant as a zip of JSON Lines") { target, force };
        export.SetAction(bind(ExportAsync));
        return [import, export];
    }

    private async Task ImportAsync(ParseResult parsed, Globals globals, CancellationToken cancellationToken)
    {
        string[] words = parsed.GetValue(what)!;
        string path = Path.GetFullPath(words[^1]);
        string? kind = words.Length == 2 ? words[0] : null;
        if (kind is not null && ImportKinds.Find(kind.Replace('-', '_')) is null) throw new CommandException($"There is no kind \"{kind}\". Kinds are: {string.Join(", ", ImportKinds.All.Select(k => k.Name))}.");
        bool folder = Directory.Exists(path);
        if (!folder && !File.Exists(path)) throw new CommandException($"There is no file or folder {path}.");
        string how = parsed.GetValue(format) ?? (folder ? "table-dumps" : path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase) ? IsExport(path) ? "tenant" : "table-dumps" : "rows");
        if (how == "rows" && kind is null) throw new CommandException($"Say what {Path.GetFileName(path)} holds: import KIND FILE, where KIND is one of {string.Join(", ", ImportKinds.All.Select(k => k.Name))}.");
        if (how != "rows" && kind is not null) throw new CommandException($"{path} is no file of {kind}; leave the kind out to import a folder or a zip.");

        await using DeskConnection desk = await globals.ConnectAsync(cancellationToken);
        EnsureTenant.TenantView tenant = await DeskConnection.ReadAsync<EnsureTenant.TenantView>(await desk.Http.PutAsync($"/api/v1/tenants/{Uri.EscapeDataString(globals.Tenant)}", null, cancellationToken), cancellationToken);
        if (tenant.Created) globals.Terminal.Line($"The tenant \"{tenant.Slug}\" is new.");
        string query = $"?dryRun={(parsed.GetValue(dryRun) ? "true" : "false")}{Query("dates", parsed.GetValue(dates))}{Query("numbers", parsed.GetValue(numbers))}";
        if (how == "rows") query += Query("file", Path.GetFileName(path)) + Query("map", ReadMap(parsed.GetValue(map)));
        await using Stream body = folder ? await PackAsync(path, cancellationToken) : File.OpenRead(path);
        JsonElement report = await globals.Terminal.ProgressAsync("Sending", progress => SendAsync(desk, $"/api/v1/imports/{(how == "rows" ? kind : how)}{query}", body, progress, cancellationToken));
        switch (how)
        {
            case "rows":
                Tell(globals.Terminal, report.Deserialize<ImportReport>(Json.Options)!);
                break;
            case "tenant":
                ArchiveReport archive = report.Deserialize<ArchiveReport>(Json.Options)!;
                globals.Terminal.Result(archive, _ => globals.Terminal.Line($"{Amount.Of(archive.Rows, "rows")} of {Amount.Of(archive.Entities.Count, "kinds")} {(archive.DryRun ? "would be imported" : "imported")}; left out: {string.Join(", ", archive.LeftOut.Select(l => l.Entity))}"));
                break;
            default:
                Tell(globals.Terminal, report.Deserialize<FolderReport>(Json.Options)!);
                break;
        }
    }

    private async Task ExportAsync(ParseResult parsed, Globals globals, CancellationToken cancellationToken)
    {
        string path = Path.GetFullPath(parsed.GetValue(target)!);
        if (File.Exists(path) && !parsed.GetValue(force)) throw new CommandException($"{path} exists. Name another file, or add --force to overwrite it.");
        if (Path.GetDirectoryName(path) is { } parent && !Directory.Exists(parent)) throw new CommandException($"There is no folder {parent}.");
        await using DeskConnection desk = await globals.ConnectAsync(cancellationToken);
        using HttpResponseMessage response = await desk.Http.GetAsync("/api/v1/export", HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await DeskConnection.RequireAsync(response, cancellationToken);
        long total = response.Content.Headers.ContentLength ?? 0;
        string part = path + ".part";
        try
        {
            long bytes = await globals.Terminal.ProgressAsync("Exporting", async progress =>
            {
                await using Stream from = await response.Content.ReadAsStreamAsync(cancellationToken);
                await using var to = new FileStream(part, OwnersFile());
                return await CopyAsync(from, to, total, progress, cancellationToken);
            });
            File.Move(part, path, overwrite: true);
            globals.Terminal.Result(new { File = path, Bytes = bytes }, _ => globals.Terminal.Line($"{path}: {Amount.Of(bytes, "bytes")}. It holds personal data in clear; API keys and the audit are left out."));
        }
        finally
        {
            File.Delete(part);
        }
    }

    /// <summary>Sends the body and gives the report, also when the import failed: the command fails then after it has told of it.</summary>
    private static async Task<JsonElement> SendAsync(DeskConnection desk, string address, Stream body, IProgress<(int, int)> progress, CancellationToken cancellationToken)
    {
        using var content = new StreamContent(new ReportingStream(body, progress));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        content.Headers.ContentLength = body.Length;
        using HttpResponseMessage response = await desk.Http.PostAsync(address, content, cancellationToken);
        if ((int)response.StatusCode == 422)
        {
            JsonElement problem = JsonElement.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
            if (problem.TryGetProperty("report", out JsonElement report)) return report;
        }

        await DeskConnection.RequireAsync(response, cancellationToken);
        return JsonElement.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
    }

    private static void Tell(Terminal terminal, ImportReport report)
    {
        terminal.Result(report, _ => Print(terminal, report));
        if (report.Failed > 0) throw new CommandException($"{Wrong(report.Failed)}; {(report.DryRun ? "an import would change nothing" : "nothing was changed")}.");
    }

    private static void Tell(Terminal terminal, FolderReport report)
    {
        terminal.Result(report, _ => report.Files.ToList().ForEach(f => Print(terminal, f)));
        if (report.Failed > 0) throw new CommandException($"{Wrong(report.Failed)}; the files with wrong rows {(report.DryRun ? "would change" : "changed")} nothing.");
    }

    private static void Print(Terminal terminal, ImportReport report)
    {
        terminal.Line($"{(report.File is null ? "" : report.File + ": ")}{Amount.Of(report.Rows, "rows")}{(report.Kind is null ? "" : $", {Amount.Of(report.Added, report.Kind)} added, {report.Changed} changed, {report.Unchanged} unchanged, {report.Failed} failed")}");
        foreach (DerivedReport derived in report.Derived) terminal.Line($"  and {Amount.Of(derived.Added, derived.Kind)} added, {derived.Changed} changed, {derived.Unchanged} unchanged{string.Concat(derived.Skipped.Select(s => $"; {s.Count} passed over: {s.Reason}"))}");
        foreach (SkippedRows skipped in report.Skipped) terminal.Line($"  {skipped.Count} passed over: {skipped.Reason}");
        if (report.Ignored.Count > 0) terminal.Line($"  columns not used: {string.Join(", ", report.Ignored)}");
        foreach (RowError error in report.Errors.Take(listedErrors)) terminal.Line($"  line {error.Line}: {(error.Field is null ? "" : error.Field + " ")}{(error.Value is null ? "" : $"\"{error.Value}\" ")}{error.Problem}. {error.Fix}");
        if (report.Errors.Count > listedErrors) terminal.Line($"  … and {report.Errors.Count - listedErrors} more; --json lists them");
    }

    private static string Wrong(int rows) => Amount.Of(rows, "rows", "is wrong", "are wrong");

    private static string Query(string name, string? value) => value is null ? "" : $"&{name}={Uri.EscapeDataString(value)}";

    private static string? ReadMap(string? text)
    {
        string? all = text is not null && File.Exists(text) ? File.ReadAllText(text) : text;
        try
        {
            ImportOptions.ParseMap(all);
            return all;
        }
        catch (FormatException wrong)
        {
            throw new CommandException(wrong.Message);
        }
    }

    private static bool IsExport(string path)
    {
        try
        {
            using ZipArchive zip = ZipFile.OpenRead(path);
            return zip.GetEntry(ArchiveManifest.FileName) is not null;
        }
        catch (InvalidDataException)
        {
            throw new CommandException($"{path} is no zip, or a broken one.");
        }
    }

    private static async Task<Stream> PackAsync(string folder, CancellationToken cancellationToken)
    {
        string[] files = [.. Directory.EnumerateFiles(folder).Where(f => Path.GetExtension(f).ToLowerInvariant() is ".json" or ".jsonl" or ".ndjson" or ".csv" or ".tsv").Order(StringComparer.Ordinal)];
        if (files.Length == 0) throw new CommandException($"There is no *.json, *.jsonl or *.csv in {folder}; nothing was changed.");
        FileStream packed = Api.Transfer.UploadedFile.Create();
        await using (ZipArchive zip = await ZipArchive.CreateAsync(packed, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellationToken))
        {
            foreach (string file in files) await zip.CreateEntryFromFileAsync(file, Path.GetFileName(file), CompressionLevel.Fastest, cancellationToken);
        }

        packed.Position = 0;
        return packed;
    }

    private static FileStreamOptions OwnersFile()
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }

    private static async Task<long> CopyAsync(Stream from, FileStream to, long total, IProgress<(int, int)> progress, CancellationToken cancellationToken)
    {
        byte[] chunk = new byte[128 << 10];
        long copied = 0;
        int read;
        while ((read = await from.ReadAsync(chunk, cancellationToken)) > 0)
        {
            await to.WriteAsync(chunk.AsMemory(0, read), cancellationToken);
            copied += read;
            progress.Report(((int)(copied >> 10), (int)(Math.Max(total, copied) >> 10)));
        }

        return copied;
    }
}
