using Switchboard.Core.Knowledge.Vectors;
using Switchboard.Server.Hosting;

namespace Switchboard.Server.Outbound.Vectors;

/// <summary>A server that is called with a key.</summary>
/// <param name="Address">Where it is, with a slash at its end.</param>
/// <param name="Key">The key; null when it asks for none. It is in no message and no log.</param>
public sealed record VectorServer(Uri Address, string? Key)
{
    /// <inheritdoc />
    public override string ToString() => Address.ToString();
}

/// <summary>Where vectors of passages come from and where they are searched.</summary>
public sealed record VectorSettings
{
    private const string source = "Knowledge:Embeddings";
    private const string api = "Knowledge:EmbeddingsApi";
    private const string qdrant = "Knowledge:Qdrant";

    /// <summary>No vectors.</summary>
    public static VectorSettings None { get; } = new();

    /// <summary>Where vectors come from: Knowledge:Embeddings.</summary>
    public EmbeddingSource Source { get; init; }

    /// <summary>The server that makes them: Knowledge:EmbeddingsApi:BaseUrl and :Key.</summary>
    public VectorServer? Api { get; init; }

    /// <summary>The model to ask it for: Knowledge:EmbeddingsApi:Model.</summary>
    public string? Model { get; init; }

    /// <summary>The Qdrant that searches: Knowledge:Qdrant:Url and :Key; null for the memory of the process.</summary>
    public VectorServer? Qdrant { get; init; }

    /// <summary>Reads and checks the settings; nothing is connected yet.</summary>
    /// <exception cref="SettingException">A setting is none that can be used.</exception>
    public static VectorSettings Read(IConfiguration configuration)
    {
        EmbeddingSource from = Text(configuration, source)?.ToLowerInvariant() switch
        {
            null or "none" => EmbeddingSource.None,
            "local" => EmbeddingSource.Local,
            "api" => EmbeddingSource.Api,
            _ => throw Wrong(configuration, source, "must be none, local or api."),
        };
        string? model = Text(configuration, $"{api}:Model");
        VectorServer? server = Server(configuration, $"{api}:BaseUrl", $"{api}:Key");
        if (from == EmbeddingSource.Api && server is null) throw Wrong(configuration, $"{api}:BaseUrl", $"is needed with {source} api: where the server's /embeddings is, such as https://api.openai.com/v1.");
        if (from == EmbeddingSource.Api && model is null) throw Wrong(configuration, $"{api}:Model", $"is needed with {source} api: the name of the server's model.");
        if (model is { Length: > 200 }) throw Wrong(configuration, $"{api}:Model", "must be at most 200 characters long.");
        return new VectorSettings { Source = from, Api = server, Model = model, Qdrant = Server(configuration, $"{qdrant}:Url", $"{qdrant}:Key") };
    }

    private static VectorServer? Server(IConfiguration configuration, string addressKey, string keyKey)
    {
        if (Text(configuration, addressKey) is not { } text) return null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https") || address is not { UserInfo.Length: 0, Query.Length: 0, Fragment.Length: 0 })
            throw Wrong(configuration, addressKey, "must be a complete http or https address, without user, password and query.");
        string? key = Text(configuration, keyKey);
        if (key?.Any(c => char.IsControl(c) || c > '~') == true) throw Wrong(configuration, keyKey, "must be one line of ASCII characters.");
        return new VectorServer(address.AbsoluteUri.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/"), key);
    }

    private static string? Text(IConfiguration configuration, string key) => string.IsNullOrWhiteSpace(configuration[key]) ? null : configuration[key]!.Trim();

    private static SettingException Wrong(IConfiguration configuration, string key, string problem) => new(key, Settings.SourceOf(configuration, key), problem);
}
