using Switchboard.Core.Schedules;
using Switchboard.Storage;

namespace Switchboard.Server.Hosting;

/// <summary>Runs the calendar as long as the server serves, and tells it of tenants that come or change. A command that is its own server watches no calendar: it is gone before a night.</summary>
/// <param name="calendar">The calendar.</param>
/// <param name="schedules">The schedules.</param>
/// <param name="runs">Asks for their runs.</param>
/// <param name="tenants">The tenants.</param>
/// <param name="options">Tells whether this process serves.</param>
/// <param name="time">Tells the minutes.</param>
/// <param name="logger">Told when the calendar cannot be used.</param>
internal sealed class ScheduleService(IScheduleCalendar calendar, ScheduleList schedules, ScheduledRuns runs, Tenants tenants, ServerOptions options, TimeProvider time, ILogger<ScheduleService> logger) : BackgroundService
{
    private static readonly TimeSpan period = TimeSpan.FromMinutes(1);

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await calendar.StopAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Socket is not null) return;
        bool started = false;
        using var timer = new PeriodicTimer(period, time);
        try
        {
            do
            {
                try
                {
                    if (!started) await calendar.StartAsync(runs.EnqueueAsync, stoppingToken);
                    started = true;
                    await calendar.PlaceAsync(schedules.Items, await tenants.ListAsync(stoppingToken), stoppingToken);
                }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    // A calendar that is stopped while it starts says so in errors of its own.
                    if (stoppingToken.IsCancellationRequested) return;
                    // The desk answers without its calendar; what it misses it makes up for when the cause is mended.
                    if (logger.IsEnabled(LogLevel.Error)) logger.LogError(error, "The calendar of schedules cannot be used; that is tried again in a minute");
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The calendar is ended by the stop.
        }
    }
}
