using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Switchboard.Compliance.Postgres;

/// <summary>A wire between a program and a server on this machine that a test can cut: bytes are swallowed without a word, as when a network falls apart, until it is healed.</summary>
public sealed class TcpProxy : IAsyncDisposable
{
    private const int chunk = 16 * 1024;
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource closed = new();
    private readonly ConcurrentDictionary<TcpClient, byte> open = new();
    private readonly int target;
    private readonly Task accepting;
    private volatile bool isCut;

    /// <summary>Listens on a free port and passes everything on to a port of this machine.</summary>
    public TcpProxy(int target)
    {
        this.target = target;
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>From here on nothing gets through in either direction; connections stay open.</summary>
    public void Cut() => isCut = true;

    /// <summary>New connections get through again. Those that were open while it was cut have lost bytes, so they end now.</summary>
    public void Heal()
    {
        isCut = false;
        foreach (TcpClient client in open.Keys) client.Close();
    }

    public async ValueTask DisposeAsync()
    {
        await closed.CancelAsync();
        listener.Stop();
        foreach (TcpClient client in open.Keys) client.Close();
        await accepting;
        closed.Dispose();
    }

    private async Task AcceptAsync()
    {
        var pairs = new List<Task>();
        try
        {
            while (true) pairs.Add(PassAsync(await listener.AcceptTcpClientAsync(closed.Token)));
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(pairs);
        }
    }

    private async Task PassAsync(TcpClient near)
    {
        using var far = new TcpClient();
        open[near] = open[far] = 0;
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, target, closed.Token);
            // When one side ends, so does the other.
            await await Task.WhenAny(PassAsync(near, far), PassAsync(far, near));
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // A connection that broke is what this is for.
        }
        finally
        {
            open.TryRemove(near, out _);
            open.TryRemove(far, out _);
            near.Close();
        }
    }

    private async Task PassAsync(TcpClient from, TcpClient to)
    {
        byte[] buffer = new byte[chunk];
        int read;
        while ((read = await from.GetStream().ReadAsync(buffer, closed.Token)) > 0)
            if (!isCut) await to.GetStream().WriteAsync(buffer.AsMemory(0, read), closed.Token);
    }
}
