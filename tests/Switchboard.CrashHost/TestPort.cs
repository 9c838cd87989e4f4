using System.Net.Http.Json;
using Switchboard.Core.Outbox;

namespace Switchboard.CrashHost;

/// <summary>A way to the other side that the test holds, which knows keys it has seen or does not.</summary>
internal sealed class TestPort(string name, bool knowsKeys, Uri otherSide) : IOutsidePort, IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false });

    public string Name => name;

    public bool Deduplicates(string request) => knowsKeys;

    public string? Check(string request) => null;

    public string Describe(string request) => $"a call of the other side through {name}";

    public async Task<PortOutcome> SendAsync(OutsideCall call, CancellationToken cancellationToken)
    {
        using HttpResponseMessage answer = await http.PostAsJsonAsync(new Uri(otherSide, name), new { call.Key }, cancellationToken);
        return answer.IsSuccessStatusCode ? new Performed(null) : new OutcomeUnknown($"It answered {(int)answer.StatusCode}.");
    }

    public void Dispose() => http.Dispose();
}
