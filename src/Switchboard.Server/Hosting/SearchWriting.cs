using Switchboard.Server.Api.Knowledge;

namespace Switchboard.Server.Hosting;

/// <summary>Writes recorded searches as long as the server runs, and at its end what still waits.</summary>
/// <param name="recording">What is recorded.</param>
internal sealed class SearchWriting(SearchRecording recording) : IHostedService, IDisposable
{
    private readonly CancellationTokenSource broken = new();
    private Task writing = Task.CompletedTask;

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken)
    {
        writing = recording.WriteAsync(broken.Token);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        recording.Close();
        try
        {
            await writing.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The time to stop in is over; what was not written is lost.
            await broken.CancelAsync();
        }
    }

    /// <inheritdoc />
    public void Dispose() => broken.Dispose();
}
