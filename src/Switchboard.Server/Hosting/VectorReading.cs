using Switchboard.Core.Knowledge.Vectors;
using Switchboard.Domain.Organisation;
using Switchboard.Storage;

namespace Switchboard.Server.Hosting;

/// <summary>Reads the vectors of every tenant's passages into memory as they change, aside from any search.</summary>
/// <param name="dense">Searches by them.</param>
/// <param name="embedders">Tell whether there are any.</param>
/// <param name="tenants">The tenants.</param>
/// <param name="time">Tells the seconds.</param>
/// <param name="logger">Told of what cannot be read.</param>
internal sealed class VectorReading(DenseSearch dense, Embedders embedders, Tenants tenants, TimeProvider time, ILogger<VectorReading> logger) : BackgroundService
{
    private static readonly TimeSpan period = TimeSpan.FromSeconds(2);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (embedders.Source == EmbeddingSource.None) return;
        using var timer = new PeriodicTimer(period, time);
        try
        {
            do await ReadAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (Tenant tenant in await tenants.ListAsync(cancellationToken)) await dense.RefreshAsync(tenant, cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // The words answer meanwhile; what is missing now may be there in two seconds.
            if (logger.IsEnabled(LogLevel.Error)) logger.LogError(error, "The vectors of passages could not be read");
        }
    }
}
