using System.IO.Compression;
using Microsoft.AspNetCore.Mvc;
using Switchboard.Core;
using Switchboard.Core.Transfer;
using Switchboard.Core.Transfer.Reading;
using Switchboard.Domain.Identity;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Auth;
using Switchboard.Server.Limits;
using Switchboard.Storage.Transfer;

namespace Switchboard.Server.Api.Transfer;

/// <summary>
/// POST /customers/import and /imports/{kind}: rows as CSV or JSON. POST /imports/table-dumps: a zip of such files; POST /imports/tenant: a zip that
/// an export wrote. With <c>dryRun</c> the report is the same and nothing changes. A file with a wrong row is refused whole: 422 with the report.
/// </summary>
public static class ImportRows
{
    private const string writeCustomers = "write:customers";
    private const string dumps = "table-dumps";
    private const string tenant = "tenant";

    /// <summary>Adds the routes.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/customers/import", (HttpContext http, Importer importer, bool? dryRun, string? map, string? dates, string? numbers, string? file) => RowsAsync("customers", http, importer, new Asked(dryRun, map, dates, numbers, file))).NeedsScope(writeCustomers).Produces<ImportReport>().Takes("text/csv", "application/json").Example(new[] { new { externalRef = "c-100", name = "Birch Bikes" } }).CountsAs(RouteClass.Bulk);
        routes.MapPost("/imports/table-dumps", DumpsAsync).NeedsScope(Scopes.AdminConfig).Produces<FolderReport>().Takes("application/zip").CountsAs(RouteClass.Bulk);
        routes.MapPost("/imports/tenant", TenantAsync).NeedsScope(Scopes.AdminConfig).Produces<ArchiveReport>().Takes("application/zip").CountsAs(RouteClass.Bulk);
        routes.MapPost("/imports/{kind}", (string kind, HttpContext http, Importer importer, bool? dryRun, string? map, string? dates, string? numbers, string? file) => RowsAsync(kind, http, importer, new Asked(dryRun, map, dates, numbers, file))).NeedsScope(writeCustomers).Produces<ImportReport>().Takes("text/csv", "application/json").Example(new[] { new { externalRef = "c-100", name = "Birch Bikes" } }).CountsAs(RouteClass.Bulk);
    }

    private sealed record Asked(bool? DryRun, string? Map, string? Dates, string? Numbers, string? File);

    private static async Task<IResult> RowsAsync(string kind, HttpContext http, Importer importer, Asked asked)
    {
        if (ImportKinds.Find(kind.Replace('-', '_')) is not { } found) return Problems.Of(404, "not_found", "Not found", $"There is no kind \"{kind}\". Kinds are: {string.Join(", ", ImportKinds.All.Select(k => k.Name))}, {dumps}, {tenant}.");
        if (!http.Caller().Has(found.Scope)) return Problems.Of(403, "missing_scope", "The key may not do this.", $"Importing {found.Name} needs the scope {found.Scope}.");
        UploadedFile.AllowLargeBody(http);
        try
        {
            return Answer(await importer.ImportAsync(http.Caller(), found, http.Request.Body, asked.File, Options(asked), http.RequestAborted), r => r.Failed);
        }
        catch (UnreadableFileException broken)
        {
            return Unreadable(broken);
        }
        catch (FormatException wrong)
        {
            return Problems.Invalid(("query", wrong.Message));
        }
    }

    private static async Task<IResult> DumpsAsync(HttpContext http, Importer importer, bool? dryRun, string? dates, string? numbers)
    {
        await using FileStream body = await UploadedFile.KeepAsync(http);
        try
        {
            await using ZipArchive zip = await ZipArchive.CreateAsync(body, ZipArchiveMode.Read, leaveOpen: true, entryNameEncoding: null, http.RequestAborted);
            if (UnpackLimits.Exceeded(zip, UnpackLimits.TableDumpBytes) is { } exceeded) return Problems.Invalid(("body", exceeded));
            List<ZipArchiveEntry> entries = [.. zip.Entries.Where(e => Path.GetExtension(e.Name).ToLowerInvariant() is ".json" or ".jsonl" or ".ndjson" or ".csv" or ".tsv")];
            if (entries.Count == 0) return Problems.Invalid(("body", "The zip holds no files *.json, *.jsonl or *.csv."));
            IReadOnlyList<ImportedFile> files = [.. entries.Select(e => new ImportedFile(e.Name, async token => await e.OpenAsync(token)))];
            return Answer(await importer.ImportFolderAsync(http.Caller(), files, Options(new Asked(dryRun, null, dates, numbers, null)), progress: null, http.RequestAborted), r => r.Failed);
        }
        catch (UnreadableFileException broken)
        {
            return Unreadable(broken);
        }
        catch (InvalidDataException)
        {
            return Problems.Invalid(("body", "is no zip, or a broken one."));
        }
        catch (FormatException wrong)
        {
            return Problems.Invalid(("query", wrong.Message));
        }
    }

    private static async Task<IResult> TenantAsync(HttpContext http, TenantImport import, bool? dryRun)
    {
        await using FileStream body = await UploadedFile.KeepAsync(http);
        try
        {
            return Results.Ok(await import.ImportAsync(http.Caller(), body, dryRun ?? false, http.RequestAborted));
        }
        catch (ArchiveException refused)
        {
            return Problems.Invalid(("body", refused.Message));
        }
        catch (InvalidDataException)
        {
            // A zip can look whole until one of its entries is opened.
            return Problems.Invalid(("body", "is no zip, or a broken one."));
        }
    }

    private static ImportOptions Options(Asked asked) => new()
    {
        DryRun = asked.DryRun ?? false,
        Map = ImportOptions.ParseMap(asked.Map),
        Dates = asked.Dates switch
        {
            null => DateOrder.Unsaid,
            "day_first" => DateOrder.DayFirst,
            "month_first" => DateOrder.MonthFirst,
            { } other => throw new FormatException($"dates is day_first or month_first, not \"{other}\"."),
        },
        Numbers = asked.Numbers switch
        {
            null => DecimalMark.Unsaid,
            "point" => DecimalMark.Point,
            "comma" => DecimalMark.Comma,
            { } other => throw new FormatException($"numbers is point or comma, not \"{other}\"."),
        },
    };

    private static IResult Unreadable(UnreadableFileException broken) => Problems.Invalid(("body", broken.Line is { } line ? $"line {line}: {broken.Message}" : broken.Message));

    /// <summary>A dry run is answered with its report whatever it says. An import that failed is a problem that carries the report.</summary>
    private static IResult Answer<T>(T report, Func<T, int> failed)
    {
        int rows = failed(report);
        bool dry = report is ImportReport { DryRun: true } or FolderReport { DryRun: true };
        if (rows == 0 || dry) return Results.Json(report, Json.Options);
        return Results.Problem(new ProblemDetails
        {
            Status = 422,
            Title = "The file was not imported",
            Detail = report is FolderReport ? $"{rows} rows are wrong; the files they stand in changed nothing. The report lists them." : $"{rows} rows are wrong; nothing was changed. The report lists them.",
            Type = "urn:switchboard:problem:import_failed",
            Extensions = { ["code"] = "import_failed", ["traceId"] = System.Diagnostics.Activity.Current?.TraceId.ToString() ?? "", ["report"] = report },
        });
    }
}
