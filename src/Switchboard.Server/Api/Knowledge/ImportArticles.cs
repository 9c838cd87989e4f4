using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http.Features;
using Switchboard.Core;
using Switchboard.Core.Knowledge;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Api.Transfer;
using Switchboard.Server.Auth;
using Switchboard.Server.Limits;
using Switchboard.Storage;
using Switchboard.Storage.Transfer;

namespace Switchboard.Server.Api.Knowledge;

/// <summary>POST /articles/import?root=: a zip of Markdown and HTML, or <c>{"urls": [...]}</c> with pages and sitemaps. With Accept: text/event-stream it tells how far it is, then the report.</summary>
public static class ImportArticles
{
    private const long mostJsonBytes = 1L << 20;
    private const int mostAddresses = 500;

    /// <summary>Adds the route.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/articles/import", HandleAsync).NeedsScope(Scopes.PublishKnowledge).Produces<ImportReport>().AnswersAs("text/event-stream").Takes("application/json", "application/zip").Example(new { urls = new[] { "https://help.example.com/start" } }).CountsAs(RouteClass.Bulk);

    private static async Task<IResult> HandleAsync(string? root, bool? partial, HttpContext http, ArticleImport import, Tenants tenants)
    {
        Actor actor = http.Caller();
        Tenant tenant = (await tenants.FindAsync(actor.TenantId, http.RequestAborted))!;
        Work work;
        if (http.Request.HasJsonContentType())
        {
            if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } small) small.MaxRequestBodySize = mostJsonBytes;
            Listed? listed;
            try
            {
                listed = await http.Request.ReadFromJsonAsync<Listed>(Json.Options, http.RequestAborted);
            }
            catch (JsonException)
            {
                return Problems.Invalid(("body", "is no document like {\"urls\": [\"https://help.example.com/start\"]}"));
            }
            if (AddressesOf(listed, out List<Uri> addresses) is { } problem) return Problems.Invalid(("urls", problem));
            work = (progress, cancellationToken) => import.ImportAsync(actor, tenant, addresses, progress, cancellationToken);
        }
        else
        {
            string from = string.IsNullOrWhiteSpace(root) ? "upload" : root;
            try
            {
                // A stream of its progress is written when this method has ended, and reads it still.
                FileStream body = await UploadedFile.KeepAsync(http);
                http.Response.RegisterForDisposeAsync(body);
                ZipArchive zip = await ZipArchive.CreateAsync(body, ZipArchiveMode.Read, leaveOpen: true, entryNameEncoding: null, http.RequestAborted);
                http.Response.RegisterForDisposeAsync(zip);
                ZipArchiveEntry[] articles = [.. zip.Entries.Where(e => ArticleFile.FormatOf(e.Name) is not null)];
                if (UnpackLimits.Exceeded(articles) is { } exceeded) return Problems.Invalid(("body", exceeded));
                work = (progress, cancellationToken) => import.ImportAsync(actor, tenant, from, ReadAsync(articles, cancellationToken), articles.Length, partial ?? false, progress, cancellationToken);
            }
            catch (InvalidDataException broken)
            {
                return Problems.Invalid(("body", $"is no zip of Markdown or HTML files: {broken.Message}"));
            }
        }

        if (EventStream.IsAskedFor(http.Request)) return new ImportStream(work);
        try
        {
            return Results.Ok(await work(null, http.RequestAborted));
        }
        catch (ImportRefusedException refused)
        {
            return Problems.Invalid(("body", refused.Message));
        }
    }

    private delegate Task<ImportReport> Work(IProgress<ImportProgress>? progress, CancellationToken cancellationToken);

    /// <summary>Pages and sitemaps to import.</summary>
    public sealed record Listed(IReadOnlyList<string>? Urls);

    private static string? AddressesOf(Listed? listed, out List<Uri> addresses)
    {
        addresses = [];
        if (listed?.Urls is not { Count: > 0 and <= mostAddresses } urls) return $"names from 1 to {mostAddresses} addresses; larger sites come in by their sitemap";
        foreach (string url in urls)
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https")) return $"\"{url}\" is no address of a page; write it like https://help.example.com/start";
            addresses.Add(address);
        }
        return null;
    }

    /// <summary>Unpacks one article after the other, in memory; nothing of it is written to the disk, so a path in it can point nowhere.</summary>
    private static async IAsyncEnumerable<ImportFile> ReadAsync(IEnumerable<ZipArchiveEntry> articles, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (ZipArchiveEntry article in articles)
        {
            yield return article.Length > UnpackLimits.ArticleBytes
                ? new ImportFile(article.FullName, default, $"The file is larger than {UnpackLimits.ArticleBytes >> 20} MB.")
                : new ImportFile(article.FullName, await UnpackAsync(article, cancellationToken));
        }
    }

    private static async Task<byte[]> UnpackAsync(ZipArchiveEntry article, CancellationToken cancellationToken)
    {
        try
        {
            byte[] bytes = new byte[article.Length];
            await using Stream content = await article.OpenAsync(cancellationToken);
            await content.ReadExactlyAsync(bytes, cancellationToken);
            return bytes;
        }
        catch (Exception broken) when (broken is InvalidDataException or EndOfStreamException)
        {
            throw new ImportRefusedException($"The zip is broken at {article.FullName}: {broken.Message} Nothing was imported.");
        }
    }

    /// <summary>Tells the progress as events <c>progress</c>, then <c>report</c> or <c>error</c>.</summary>
    private sealed class ImportStream(Work work) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            CancellationToken gone = httpContext.RequestAborted;
            httpContext.Response.ContentType = "text/event-stream; charset=utf-8";
            httpContext.Response.Headers.CacheControl = "no-store";
            var steps = Channel.CreateBounded<ImportProgress>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
            Task<ImportReport> running = Task.Run(() => work(new Reporter(steps.Writer), gone), gone);
            Task done = running.ContinueWith(_ => steps.Writer.Complete(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            await foreach (ImportProgress step in steps.Reader.ReadAllAsync(gone)) await WriteAsync(httpContext.Response, "progress", step, gone);
            await done;
            try
            {
                await WriteAsync(httpContext.Response, "report", await running, gone);
            }
            catch (ImportRefusedException refused)
            {
                await WriteAsync(httpContext.Response, "error", new { Code = "invalid_request", refused.Message }, gone);
            }
        }

        private static async Task WriteAsync<T>(HttpResponse response, string kind, T data, CancellationToken cancellationToken)
        {
            await response.WriteAsync($"event: {kind}\ndata: {Json.Write(data)}\n\n", Encoding.UTF8, cancellationToken);
            await response.Body.FlushAsync(cancellationToken);
        }

        private sealed class Reporter(ChannelWriter<ImportProgress> steps) : IProgress<ImportProgress>
        {
            public void Report(ImportProgress value) => steps.TryWrite(value);
        }
    }
}
