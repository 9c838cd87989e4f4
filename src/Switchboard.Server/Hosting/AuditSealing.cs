using Switchboard.Storage.Auditing;

namespace Switchboard.Server.Hosting;

/// <summary>Seals the audit each second as long as the server runs, and once more when everybody else has stopped.</summary>
/// <param name="sealer">Seals.</param>
/// <param name="time">Tells the seconds.</param>
/// <param name="logger">Told of what cannot be sealed.</param>
internal sealed class AuditSealing(AuditSealer sealer, TimeProvider time, ILogger<AuditSealing> logger) : BackgroundService
{
    private static readonly TimeSpan period = TimeSpan.FromSeconds(1);

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await SealAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The time to stop in is over. What was not sealed is by the next start.
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(period, time);
        try
        {
            do await SealAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The last pass is made by the stop.
        }
    }

    private async Task SealAsync(CancellationToken cancellationToken)
    {
        try
        {
            await sealer.SealAsync(cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // A full disk or a damaged row now may be mended in a second; entries wait as they are.
            if (logger.IsEnabled(LogLevel.Error)) logger.LogError(error, "The audit could not be sealed");
        }
    }
}
