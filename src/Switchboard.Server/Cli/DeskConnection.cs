using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Switchboard.Core;
using Switchboard.Core.Runs;
using Switchboard.Server.Auth;
using Switchboard.Server.Hosting;
using Switchboard.Server.Outbound;
using Switchboard.Server.Outbound.Ports;
using Switchboard.Server.Outbound.Vectors;
using Switchboard.Storage;

namespace Switchboard.Server.Cli;

/// <summary>A command failed; the message is for the person at the terminal.</summary>
public sealed class CommandException(string message) : Exception(message);

/// <summary>
/// A command's way to the desk: the running server when there is one, else a server of the command's own that listens on a private
/// socket for as long as the command runs. Either way the command is a client of the API, so both do the same.
/// </summary>
public sealed class DeskConnection : IAsyncDisposable
{
    private readonly SwitchboardServer? own;
    private readonly DirectoryInfo? socketFolder;

    private DeskConnection(HttpClient http, SwitchboardServer? own, DirectoryInfo? socketFolder)
    {
        Http = http;
        this.own = own;
        this.socketFolder = socketFolder;
    }

    /// <summary>Calls the API with the rights of the installation, for the tenant.</summary>
    public HttpClient Http { get; }

    /// <summary>Whether it is a server of the command's own, which ends with it.</summary>
    public bool IsOwn => own is not null;

    /// <summary>Opens the way to the desk of a data folder, for a tenant.</summary>
    public static async Task<DeskConnection> OpenAsync(string dataPath, DatabaseOptions database, string tenant, bool demo, bool verbose, OutboundSettings outbound, OutsideSettings outside, RetentionRule retention, VectorSettings vectors, string? cards, CancellationToken cancellationToken)
    {
        if (await FindServerAsync(dataPath, cancellationToken) is { } owner)
            return new DeskConnection(Client(new SocketsHttpHandler(), owner.Address, owner.Token, tenant), null, null);

        DirectoryInfo folder = Directory.CreateTempSubdirectory("switchboard-");
        string socket = Path.Combine(folder.FullName, "s");
        try
        {
            SwitchboardServer server = await SwitchboardServer.StartAsync(new ServerOptions(dataPath) { Database = database, Socket = socket, Resume = false, Demo = demo && tenant == Api.Widget.StartSession.DefaultTenant, Verbose = verbose, Outbound = outbound, Outside = outside, Retention = retention, Vectors = vectors, Cards = cards }, null, cancellationToken);
            var handler = new SocketsHttpHandler { ConnectCallback = async (_, token) => await ConnectAsync(socket, token) };
            return new DeskConnection(Client(handler, "http://switchboard", server.LocalToken, tenant), server, folder);
        }
        catch
        {
            folder.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>The server that runs on the data folder; null when there is none. An announcement that a killed process left behind is none.</summary>
    public static async Task<ServerOwner?> FindServerAsync(string dataPath, CancellationToken cancellationToken) =>
        DataFolder.ReadOwner(dataPath) is { } owner && await AnswersAsync(owner.Address, cancellationToken) ? owner : null;

    /// <summary>Reads an answer, or throws what the problem document says.</summary>
    public static async Task<T> ReadAsync<T>(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await RequireAsync(response, cancellationToken);
        return (await response.Content.ReadFromJsonAsync<T>(Json.Options, cancellationToken))!;
    }

    /// <summary>Throws what the problem document says unless the call succeeded.</summary>
    /// <exception cref="CommandException">The call failed.</exception>
    public static async Task RequireAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode) return;
        string body = await response.Content.ReadAsStringAsync(cancellationToken);
        try
        {
            ProblemDetails? problem = JsonSerializer.Deserialize<ProblemDetails>(body);
            throw new CommandException(problem?.Detail ?? problem?.Title ?? $"The server answers {(int)response.StatusCode}.");
        }
        catch (JsonException)
        {
            throw new CommandException($"The server answers {(int)response.StatusCode}: {body}");
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (own is not null) await own.DisposeAsync();
        socketFolder?.Delete(recursive: true);
    }

    private static HttpClient Client(HttpMessageHandler handler, string address, string token, string tenant)
    {
        var http = new HttpClient(handler) { BaseAddress = new Uri(address), Timeout = TimeSpan.FromMinutes(30) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        http.DefaultRequestHeaders.Add(LocalToken.TenantHeader, tenant);
        return http;
    }

    private static async ValueTask<Stream> ConnectAsync(string socket, CancellationToken cancellationToken)
    {
        var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellationToken);
            return new NetworkStream(connection, ownsSocket: true);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Whether the server of the announcement is still there. A process that was killed leaves its announcement behind.</summary>
    private static async Task<bool> AnswersAsync(string address, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = new Uri(address), Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            using HttpResponseMessage response = await http.GetAsync("/health/live", cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (Exception error) when (error is HttpRequestException || (error is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }
}
