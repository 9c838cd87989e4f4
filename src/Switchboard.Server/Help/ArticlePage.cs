using System.Net;
using Markdig;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Microsoft.EntityFrameworkCore;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Support;
using Switchboard.Server.Api;
using Switchboard.Server.Api.Contract;
using Switchboard.Server.Auth;
using Switchboard.Storage;
using ZiggyCreatures.Caching.Fusion;
using Audiences = Switchboard.Core.Knowledge.Audiences;
using MarkdownSyntax = Switchboard.Core.Knowledge.MarkdownSyntax;

namespace Switchboard.Server.Help;

/// <summary>GET /help/{tenant}/{article}: an article that is published for everybody, opened at a quote when <c>from</c> and <c>to</c> name a stretch of its body.</summary>
public static class ArticlePage
{
    private static readonly MarkdownSyntax syntax = new(b => b.UsePipeTables().UseAutoLinks().UseGenericAttributes().DisableHtml());

    /// <summary>Adds the route.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/help/{tenant}/{id:guid}", HandleAsync).IsPublic().AnswersAs("text/html");

    private static async Task<IResult> HandleAsync(string tenant, Guid id, int? from, int? to, HttpContext http, Data data, Tenants tenants, IFusionCache cache)
    {
        // What is kept is named by the number that holds, whichever process has raised it: what was taken back is gone everywhere.
        if (await tenants.FindAsync(tenant, http.RequestAborted) is not { } known || await tenants.CurrentAsync(known.Id, http.RequestAborted) is not { } found) return Problems.NotFound("help centre");
        HelpArticle? article = await cache.GetOrSetAsync<HelpArticle?>(
            $"help:{found.Id:N}:{found.KnowledgeVersion}:{id:N}",
            async (entry, cancel) =>
            {
                HelpArticle? read = await ReadAsync(data, found, id, cancel);
                // Ids that anybody can invent must not push out what is read.
                if (read is null) entry.Options.SetSkipMemoryCacheWrite();
                return read;
            },
            // The number that readers' changes count up names what is kept. A restore may give a number a second time, so it is kept in this process alone.
            options => options.SetSkipDistributedCacheRead(true).SetSkipDistributedCacheWrite(true, null).SetFailSafe(false),
            token: http.RequestAborted);
        if (article is null) return Problems.NotFound("article");

        MarkdownDocument document = syntax.Parse(article.Body);
        ResolveLinks(found, article, document);
        Disarm(document);
        return Results.Content(Render(found, article, document, from ?? 0, to ?? 0), "text/html; charset=utf-8");
    }

    /// <summary>What a page is made of; its links are the articles that the files behind its relative links have become.</summary>
    private sealed record HelpArticle(string Title, string Body, string Language, string Category, int Version, DateTimeOffset UpdatedAt, string? SourcePath, IReadOnlyDictionary<string, Guid> Links);

    private static async Task<HelpArticle?> ReadAsync(Data data, Tenant tenant, Guid id, CancellationToken cancellationToken)
    {
        await using SwitchboardDb db = data.For(tenant.Id);
        if (await Shown(db).SingleOrDefaultAsync(a => a.Id == id, cancellationToken) is not { } article) return null;
        string[] paths = article.SourcePath is { } source ? [.. RelativeLinks(syntax.Parse(article.Body)).Where(l => !l.IsImage).Select(l => Resolve(source, l.Url!)).Distinct(StringComparer.Ordinal)] : [];
        Dictionary<string, Guid> links = paths.Length == 0 ? [] : await Shown(db).Where(a => paths.Contains(a.SourcePath!)).ToDictionaryAsync(a => a.SourcePath!, a => a.Id, cancellationToken);
        return new HelpArticle(article.Title, article.Body, article.Language, article.Category, article.Version, article.UpdatedAt, article.SourcePath, links);
    }

    private static List<LinkInline> RelativeLinks(MarkdownDocument document) =>
        document.Descendants<LinkInline>().Where(l => l.Url is { Length: > 0 } url && url[0] != '#' && !Uri.TryCreate(url, UriKind.Absolute, out _)).ToList();

    /// <summary>Nobody is known here, so an article for some readers alone is as little there as one that is held back.</summary>
    private static IQueryable<KbArticle> Shown(SwitchboardDb db) =>
        db.Set<KbArticle>().AsNoTracking().Where(a => a.Status == ArticleStatus.Published && a.HoldReason == null && a.Audience == Audiences.Public);

    /// <summary>Links between files become links between articles; what else is relative leads nowhere here and becomes plain text.</summary>
    private static void ResolveLinks(Tenant tenant, HelpArticle article, MarkdownDocument document)
    {
        foreach (LinkInline link in RelativeLinks(document))
        {
            if (!link.IsImage && article.SourcePath is { } source && article.Links.TryGetValue(Resolve(source, link.Url!), out Guid target)) link.Url = $"/help/{tenant.Slug}/{target:D}";
            else link.ReplaceBy(link.IsImage ? new LiteralInline($"[{string.Concat(link.Descendants<LiteralInline>())}]") : Plain(link));
        }
        foreach (LinkInline link in document.Descendants<LinkInline>().ToList())
        {
            if (link.IsImage || !SafeScheme(link.Url)) link.ReplaceBy(link.IsImage ? new LiteralInline($"[{string.Concat(link.Descendants<LiteralInline>())}]") : Plain(link));
        }
    }

    /// <summary>Takes away what an author could make a reader's browser run: attributes of their own, and addresses in angle brackets that are none of the web.</summary>
    private static void Disarm(MarkdownDocument document)
    {
        foreach (AutolinkInline link in document.Descendants<AutolinkInline>().ToList())
        {
            if (!link.IsEmail && !SafeScheme(link.Url)) link.ReplaceBy(new LiteralInline(link.Url));
        }
        // The class of a code block's language is the one attribute that is read from the text and wanted.
        foreach (MarkdownObject part in document.Descendants())
        {
            if (part.TryGetAttributes() is not { } attributes) continue;
            attributes.Id = null;
            attributes.Properties = null;
            attributes.Classes?.RemoveAll(c => !c.StartsWith("language-", StringComparison.Ordinal));
        }
    }

    private static ContainerInline Plain(LinkInline link)
    {
        var container = new ContainerInline();
        while (link.FirstChild is { } child)
        {
            child.Remove();
            container.AppendChild(child);
        }
        return container;
    }

    private static bool SafeScheme(string? url) => url is not null && (url.StartsWith('#') || url.StartsWith('/') || url.StartsWith("https:", StringComparison.OrdinalIgnoreCase) || url.StartsWith("http:", StringComparison.OrdinalIgnoreCase) || url.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase));

    private static string Resolve(string source, string url)
    {
        var parts = new List<string>(source.Split('/')[..^1]);
        foreach (string part in Uri.UnescapeDataString(url.Split('#', '?')[0]).Split('/'))
        {
            if (part == "..")
            {
                if (parts.Count > 0) parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("." or "")) parts.Add(part);
        }
        return string.Join('/', parts);
    }

    private static string Render(Tenant tenant, HelpArticle article, MarkdownDocument document, int from, int to)
    {
        var html = new StringWriter();
        string title = WebUtility.HtmlEncode(article.Title);
        string company = WebUtility.HtmlEncode(tenant.Name);
        html.Write($"""
            <!doctype html>
            <html lang="{WebUtility.HtmlEncode(article.Language)}">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{title} · {company}</title>
            <link rel="icon" href="/img/switchboard.svg" type="image/svg+xml">
            <link rel="stylesheet" href="/css/base.css">
            <link rel="stylesheet" href="/css/help.css">
            </head>
            <body>
            <main class="article">
            <nav class="crumbs"><a href="/?tenant={tenant.Slug}">{company}</a> › {WebUtility.HtmlEncode(article.Category)}</nav>
            <h1>{title}</h1>

            """);
        var renderer = new HtmlRenderer(html);
        syntax.Pipeline.Setup(renderer);
        var quote = new Quote(from, to);
        renderer.ObjectRenderers.ReplaceOrAdd<Markdig.Renderers.Html.Inlines.LiteralInlineRenderer>(new MarkingRenderer(quote));
        renderer.ObjectRenderers.ReplaceOrAdd<Markdig.Renderers.Html.Inlines.CodeInlineRenderer>(new MarkingCodeRenderer(quote));
        renderer.Render(document);
        html.Write($"""
            <footer class="meta">Updated {article.UpdatedAt:yyyy-MM-dd} · version {article.Version}</footer>
            </main>
            </body>
            </html>

            """);
        return html.ToString();
    }

    /// <summary>The quoted stretch of the source; the first mark of it is the place the page opens at.</summary>
    private sealed class Quote(int from, int to)
    {
        private bool marked;

        public (int Start, int End) Of(SourceSpan span) => (Math.Max(from, span.Start), Math.Min(to, span.End + 1));

        public string Tag()
        {
            string tag = marked ? "<mark>" : "<mark id=\"quote\">";
            marked = true;
            return tag;
        }
    }

    /// <summary>Writes text, with what lies in the quoted stretch of the source marked.</summary>
    private sealed class MarkingRenderer(Quote quote) : HtmlObjectRenderer<LiteralInline>
    {
        protected override void Write(HtmlRenderer renderer, LiteralInline obj)
        {
            (int start, int end) = quote.Of(obj.Span);
            if (start >= end || !renderer.EnableHtmlForInline)
            {
                renderer.WriteEscape(ref obj.Content);
                return;
            }
            // With an escape in it the text is shorter than its source; then the whole of it is marked.
            string text = obj.Content.ToString();
            bool exact = text.Length == obj.Span.Length;
            int head = exact ? start - obj.Span.Start : 0;
            int tail = exact ? end - obj.Span.Start : text.Length;
            renderer.WriteEscape(text.AsSpan(0, head).ToString());
            renderer.Write(quote.Tag()).WriteEscape(text.AsSpan(head, tail - head).ToString()).Write("</mark>");
            renderer.WriteEscape(text.AsSpan(tail).ToString());
        }
    }

    /// <summary>Writes code within a line, marked as a whole when the quote touches it.</summary>
    private sealed class MarkingCodeRenderer(Quote quote) : HtmlObjectRenderer<CodeInline>
    {
        protected override void Write(HtmlRenderer renderer, CodeInline obj)
        {
            (int start, int end) = quote.Of(obj.Span);
            bool isQuoted = start < end && renderer.EnableHtmlForInline;
            if (isQuoted) renderer.Write(quote.Tag());
            if (renderer.EnableHtmlForInline) renderer.Write("<code>");
            renderer.WriteEscape(obj.ContentSpan.ToString());
            if (renderer.EnableHtmlForInline) renderer.Write("</code>");
            if (isQuoted) renderer.Write("</mark>");
        }
    }
}
