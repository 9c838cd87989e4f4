using System.Net.Http.Headers;

namespace Switchboard.Client;

/// <summary>
/// The API of a Switchboard server, a property for each of its areas. The areas and their types are written from the server's OpenAPI document, so each call has the
/// parameters, the body and the answers of the contract. A refusal is a <see cref="SwitchboardException"/>. A client is safe to use from many threads.
/// </summary>
public sealed partial class SwitchboardClient : IDisposable
{
    private readonly HttpClient? owned;

    /// <summary>A client of the server at an address.</summary>
    /// <param name="address">The server, such as <c>https://desk.example.com</c>.</param>
    /// <param name="credential">Who calls; nobody in particular when it is left out.</param>
    public SwitchboardClient(Uri address, Credential? credential = null)
        : this(new HttpClient { BaseAddress = address }, credential) => owned = Connection.Http;

    /// <summary>A client that calls through an <see cref="HttpClient"/> of the caller's, which has a base address and goes on being the caller's to dispose of.</summary>
    /// <param name="http">What calls.</param>
    /// <param name="credential">Who calls; whoever the headers of <paramref name="http"/> say when it is left out.</param>
    public SwitchboardClient(HttpClient http, Credential? credential = null) => Connection = new ApiConnection(http, credential);

    internal ApiConnection Connection { get; }

    /// <inheritdoc />
    public void Dispose() => owned?.Dispose();
}

/// <summary>Who calls.</summary>
public sealed record Credential
{
    private readonly string name;
    private readonly string value;

    private Credential(string name, string value) => (this.name, this.value) = (name, value);

    /// <summary>A program, by an API key such as <c>swb_live_…</c>.</summary>
    public static Credential ApiKey(string key) => new("X-Api-Key", key);

    /// <summary>A person who signed in, or a visitor of the widget, by a token.</summary>
    public static Credential Bearer(string token) => new("Authorization", $"Bearer {token}");

    /// <summary>What may be shown of it.</summary>
    public override string ToString() => name;

    internal void AddTo(HttpRequestHeaders headers) => headers.TryAddWithoutValidation(name, value);
}
