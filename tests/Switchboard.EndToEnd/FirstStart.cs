using Microsoft.Extensions.DependencyInjection;
using Switchboard.Core.Runs;
using Switchboard.Server.Hosting;

[assembly: AssemblyFixture(typeof(Switchboard.EndToEnd.FirstStart))]

namespace Switchboard.EndToEnd;

/// <summary>What a first start leaves: a data folder with the demonstration in it, which tests copy instead of each having it made again.</summary>
/// <param name="Data">The folder; no process holds it.</param>
/// <param name="OwnerKey">The API key of the demonstration's owner.</param>
/// <param name="Passed">The places that the first start passed, and how often.</param>
public sealed record Begun(string Data, string OwnerKey, Dictionary<string, int> Passed);

/// <summary>The one first start of the assembly, made when the first test asks for it.</summary>
public sealed class FirstStart : IDisposable
{
    private readonly TempFolder temp = new();
    private readonly Lazy<Task<Begun>> begun;

    public FirstStart() => begun = new Lazy<Task<Begun>>(StartAsync);

    /// <summary>What it left.</summary>
    public Task<Begun> LeftAsync() => begun.Value;

    public void Dispose() => temp.Dispose();

    private async Task<Begun> StartAsync()
    {
        var recording = new Recording();
        string data = temp["first"];
        string key;
        await using (SwitchboardServer server = await SwitchboardServer.StartAsync(new ServerOptions(data) { Urls = "http://127.0.0.1:0" }, s => s.AddSingleton<IFaultPoints>(recording), CancellationToken.None))
            key = server.Seeded!.ApiKey;
        return new Begun(data, key, recording.Passed);
    }
}
