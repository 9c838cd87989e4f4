using System.Reflection;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Switchboard.Storage.Seeding;

/// <summary>A file of the demonstration's help centre.</summary>
/// <param name="Path">Its path below the folder of articles, with forward slashes: <c>billing/refunds.md</c>.</param>
/// <param name="Bytes">Its content.</param>
public sealed record DemoArticle(string Path, byte[] Bytes);

/// <summary>The content of the demonstration tenant, as the files beside this class describe it.</summary>
internal sealed class DemoContent
{
    private const string root = "demo/";
    private const string articleRoot = root + "articles/";

    public DemoTenant? Tenant { get; init; }

    public List<DemoCustomer>? Customers { get; init; }

    /// <summary>Reads the description.</summary>
    /// <exception cref="InvalidOperationException">It is malformed or incomplete.</exception>
    public static DemoContent Parse(string yaml)
    {
        IDeserializer reader = new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).Build();
        try
        {
            DemoContent content = reader.Deserialize<DemoContent>(yaml) ?? throw new InvalidOperationException("The description of the demonstration tenant is empty.");
            if (content.Tenant is null || content.Customers is null) throw new InvalidOperationException("The description of the demonstration tenant needs \"tenant\" and \"customers\".");
            return content;
        }
        catch (YamlException error)
        {
            throw new InvalidOperationException($"The description of the demonstration tenant is malformed at line {error.Start.Line}: {error.InnerException?.Message ?? error.Message}", error);
        }
    }

    /// <summary>The description that comes with the program.</summary>
    /// <exception cref="InvalidOperationException">This build comes without it.</exception>
    public static string ReadTenant() =>
        Resource(root + "tenant.yaml") is { } bytes
            ? System.Text.Encoding.UTF8.GetString(bytes)
            : throw new InvalidOperationException("This build of Switchboard comes without a demonstration tenant.");

    /// <summary>The articles that come with the program, by path.</summary>
    public static IReadOnlyList<DemoArticle> ReadArticles() =>
    [
        .. typeof(DemoContent).Assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith(articleRoot, StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            .Select(n => new DemoArticle(n[articleRoot.Length..], Resource(n)!)),
    ];

    private static byte[]? Resource(string name)
    {
        Assembly assembly = typeof(DemoContent).Assembly;
        using Stream? stream = assembly.GetManifestResourceStream(name);
        if (stream is null) return null;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}

internal sealed class DemoTenant
{
    public string Name { get; init; } = "";
    public string Slug { get; init; } = "";
    public string Currency { get; init; } = "";
    public string TimeZone { get; init; } = "";
    public string Locale { get; init; } = "";
}

internal sealed class DemoCustomer
{
    public string Name { get; init; } = "";
    public string Plan { get; init; } = "";
    public int Seats { get; init; }
    public string? Country { get; init; }
    public List<DemoContact> Contacts { get; init; } = [];
}

internal sealed class DemoContact
{
    public string Email { get; init; } = "";
    public string Name { get; init; } = "";
    public string? Title { get; init; }
    public string Role { get; init; } = "";
    public string? Language { get; init; }
    public string? TimeZone { get; init; }
}
