using System.IO.Compression;
using System.Text;
using System.Xml;
using Switchboard.Core.Knowledge;
using Switchboard.Server.Outbound;

namespace Switchboard.Server.Api.Knowledge;

/// <summary>What an import takes in one go: files of one root. <c>Partial</c>: there may be more under the root, so that nothing is archived.</summary>
public sealed record ImportSet(string Root, bool Partial, IReadOnlyList<ImportFile> Files);

/// <summary>
/// Reads pages, and the pages that sitemaps list, as files to import. A page is known by its address as it was given, so that a second
/// import finds it again. A sitemap speaks for its folder of its own host, as the sitemap protocol has it; what left it is archived.
/// </summary>
public sealed class WebPages(OutboundClient outbound)
{
    private const int mostPages = 20_000;
    private const int mostSitemaps = 200;
    private const int deepestIndex = 2;
    private const int atOnce = 4;

    private static readonly OutboundLimits page = new(TimeSpan.FromSeconds(30), 5L << 20);
    private static readonly OutboundLimits sitemap = new(TimeSpan.FromSeconds(60), 50L << 20);

    /// <summary>Reads the addresses; what cannot be read is a file that says why. Addresses of pages on one host make one set.</summary>
    /// <exception cref="ImportRefusedException">A sitemap cannot be read, or lists nothing.</exception>
    public async Task<IReadOnlyList<ImportSet>> ReadAsync(IReadOnlyList<Uri> addresses, IProgress<ImportProgress>? progress, CancellationToken cancellationToken)
    {
        var sets = new List<ImportSet>();
        var pages = new List<(string Root, ImportFile File)>();
        foreach (Uri address in addresses.Select(Plain).Distinct())
        {
            OutboundResponse? response = null;
            string? why = null;
            try
            {
                response = await outbound.GetAsync(address, sitemap, cancellationToken);
            }
            catch (OutboundException failed)
            {
                why = failed.Message;
            }
            if (response is { IsSuccess: true } && Sitemap.Read(response.Body) is { } listed) sets.Add(await ListedAsync(address, listed, progress, cancellationToken));
            else pages.Add((RootOf(address), response is null ? Failed(address, why!) : ToFile(address, response)));
        }
        sets.AddRange(pages.GroupBy(p => p.Root, StringComparer.Ordinal).Select(g => new ImportSet(g.Key, true, OncePerPage([.. g.Select(p => p.File)]))));
        return sets;
    }

    private async Task<ImportSet> ListedAsync(Uri address, Sitemap first, IProgress<ImportProgress>? progress, CancellationToken cancellationToken)
    {
        var pages = new List<Uri>();
        var strangers = new List<Uri>();
        bool complete = await CollectAsync(address, first, 0, pages, strangers, new HashSet<Uri>(), cancellationToken);
        pages = [.. pages.Distinct()];
        if (pages.Count == 0) throw new ImportRefusedException($"The sitemap {address} lists no page of {address.Authority}; nothing is imported and nothing is archived.");
        if (pages.Count > mostPages) throw new ImportRefusedException($"The sitemap {address} lists {pages.Count} pages; the most is {mostPages}. Import its parts one by one.");

        var files = new ImportFile[pages.Count];
        int read = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, pages.Count), new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellationToken }, async (i, token) =>
        {
            files[i] = await PageAsync(pages[i], token);
            progress?.Report(new ImportProgress(Interlocked.Increment(ref read), pages.Count, "fetching"));
        });
        // The folder is the most a sitemap may speak for; pages of other folders and hosts come in by their own address only.
        string folder = new Uri(address, ".").AbsoluteUri.TrimEnd('/');
        return new ImportSet(folder, !complete, OncePerPage([.. files, .. strangers.Select(s => Failed(s, $"The page is not under {folder}/, for which this sitemap speaks; import it by its own address."))], folder));
    }

    private async Task<bool> CollectAsync(Uri address, Sitemap read, int depth, List<Uri> pages, List<Uri> strangers, HashSet<Uri> seen, CancellationToken cancellationToken)
    {
        Uri folder = new(address, ".");
        foreach (Uri listed in read.Pages.Select(Plain))
            (folder.IsBaseOf(listed) ? pages : strangers).Add(listed);
        bool complete = true;
        foreach (Uri next in read.Sitemaps.Select(Plain))
        {
            if (!seen.Add(next)) continue;
            if (depth >= deepestIndex || seen.Count > mostSitemaps || !folder.IsBaseOf(next)) return false;
            try
            {
                OutboundResponse response = await outbound.GetAsync(next, sitemap, cancellationToken);
                if (!response.IsSuccess || Sitemap.Read(response.Body) is not { } inner) throw new ImportRefusedException($"The sitemap {next} cannot be read: the server answers {(int)response.Status}. Nothing was imported.");
                complete &= await CollectAsync(address, inner, depth + 1, pages, strangers, seen, cancellationToken);
            }
            catch (OutboundException failed)
            {
                throw new ImportRefusedException($"The sitemap {next} cannot be read: {failed.Message} Nothing was imported.");
            }
        }
        return complete;
    }

    private async Task<ImportFile> PageAsync(Uri address, CancellationToken cancellationToken)
    {
        try
        {
            return ToFile(address, await outbound.GetAsync(address, page, cancellationToken));
        }
        catch (OutboundException failed)
        {
            return Failed(address, failed.Message);
        }
    }

    private static ImportFile ToFile(Uri address, OutboundResponse response)
    {
        if (!response.IsSuccess) return Failed(address, $"The server answers {(int)response.Status}.");
        if (response.Body.Length > page.Bytes) return Failed(address, $"The page is larger than {page.Bytes >> 20} MB.");
        ArticleFormat? format = response.ContentType?.MediaType?.ToLowerInvariant() switch
        {
            "text/html" or "application/xhtml+xml" => ArticleFormat.Html,
            "text/markdown" or "text/x-markdown" => ArticleFormat.Markdown,
            "text/plain" or null => ArticleFile.FormatOf(response.Address.AbsolutePath),
            _ => null,
        };
        return format is null
            ? Failed(address, $"The page is {response.ContentType?.MediaType ?? "of no stated type"}; only HTML and Markdown are articles.")
            : new ImportFile(RelativeTo(RootOf(address), address), AsUtf8(response), null, format, response.Address, address);
    }

    /// <summary>The body in UTF-8 where the header names another character set; else as it came, for the page itself may name one.</summary>
    private static byte[] AsUtf8(OutboundResponse response)
    {
        if (response.ContentType?.CharSet?.Trim('"', '\'') is not { Length: > 0 } named || named.Equals("utf-8", StringComparison.OrdinalIgnoreCase)) return response.Body;
        try
        {
            Encoding encoding = CodePagesEncodingProvider.Instance.GetEncoding(named) ?? Encoding.GetEncoding(named);
            return Encoding.UTF8.GetBytes(encoding.GetString(response.Body));
        }
        catch (ArgumentException)
        {
            return response.Body;
        }
    }

    /// <summary>Two addresses that lead to one page are one article: the first one's.</summary>
    private static List<ImportFile> OncePerPage(IReadOnlyList<ImportFile> files, string? root = null)
    {
        var first = new Dictionary<Uri, ImportFile>();
        var kept = new List<ImportFile>();
        foreach (ImportFile file in files)
        {
            ImportFile placed = root is null || file.Source is null ? file : file with { RelativePath = RelativeTo(root, file.Source) };
            if (placed.Unreadable is null && !first.TryAdd(Plain(placed.Address!), placed)) placed = Failed(placed.Source!, $"The address leads to the same page as {first[Plain(placed.Address!)].Source}.") with { RelativePath = placed.RelativePath };
            kept.Add(placed);
        }
        return kept;
    }

    private static ImportFile Failed(Uri address, string why) => new(RelativeTo(RootOf(address), address), default, why, Source: address);

    private static Uri Plain(Uri address) => address.Fragment.Length == 0 ? address : new Uri(address.GetLeftPart(UriPartial.Query));

    private static string RootOf(Uri address) => address.GetLeftPart(UriPartial.Authority);

    private static string RelativeTo(string root, Uri address) => address.AbsoluteUri.StartsWith(root + "/", StringComparison.Ordinal) ? address.AbsoluteUri[(root.Length + 1)..] : address.AbsoluteUri;
}

/// <summary>The addresses of a sitemap: pages, and further sitemaps of an index.</summary>
internal sealed record Sitemap(IReadOnlyList<Uri> Pages, IReadOnlyList<Uri> Sitemaps)
{
    private const long mostBytes = 100L << 20;
    private const int mostEntries = 100_000;

    /// <summary>Reads a sitemap or a sitemap index, packed by gzip or not; null when it is neither.</summary>
    public static Sitemap? Read(byte[] body)
    {
        using var source = new MemoryStream(body, writable: false);
        using Stream plain = body is [0x1F, 0x8B, ..] ? new GZipStream(source, CompressionMode.Decompress) : source;
        var pages = new List<Uri>();
        var sitemaps = new List<Uri>();
        try
        {
            // Whatever a sitemap declares, nothing outside of it is read, and what it unpacks to has an end.
            using var xml = XmlReader.Create(plain, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = mostBytes });
            if (xml.MoveToContent() != XmlNodeType.Element || xml.LocalName is not ("urlset" or "sitemapindex")) return null;
            List<Uri> into = xml.LocalName == "urlset" ? pages : sitemaps;
            int depth = xml.Depth;
            while (xml.Read())
            {
                // Images and videos of a page have a loc of their own, one level deeper.
                if (xml.NodeType != XmlNodeType.Element || xml.LocalName != "loc" || xml.Depth != depth + 2) continue;
                if (Uri.TryCreate(xml.ReadElementContentAsString().Trim(), UriKind.Absolute, out Uri? address)) into.Add(address);
                if (into.Count > mostEntries) break;
            }
            return new Sitemap(pages, sitemaps);
        }
        catch (Exception broken) when (broken is XmlException or InvalidDataException)
        {
            return pages.Count + sitemaps.Count == 0 ? null : throw new ImportRefusedException($"The sitemap is broken: {broken.Message} Nothing was imported.");
        }
    }
}
