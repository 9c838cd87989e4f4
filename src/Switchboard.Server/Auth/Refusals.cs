using System.Collections.Concurrent;
using Switchboard.Domain.Identity;
using Switchboard.Server.Api;
using Switchboard.Server.Limits;
using Switchboard.Storage.Auditing;

namespace Switchboard.Server.Auth;

/// <summary>
/// Notes who was told 401 or 403, where and why. Who is known stands in the audit of the tenant, who is not in the log, by address. What came together in a minute is one entry with
/// its count, and of many kinds the first ones are named and the rest counted, so that nobody fills the database or the log by being refused.
/// </summary>
/// <param name="notes">Where it is entered.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of strangers, and of what cannot be entered.</param>
public sealed partial class Refusals(RefusalNotes notes, TimeProvider time, ILogger<Refusals> logger) : BackgroundService
{
    /// <summary>How often it is entered.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromMinutes(1);

    /// <summary>The most kinds that are named of a tenant, and of strangers, in a minute; the rest is one more entry.</summary>
    public const int MostKinds = 30;

    private const string others = "others";
    private const string none = "none";
    private ConcurrentDictionary<Guid, Minute> minutes = new();

    /// <summary>Lets a call pass and notes what was answered.</summary>
    public async Task WatchAsync(HttpContext http, RequestDelegate next)
    {
        await next(http);
        if (http.Response.StatusCode is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden) Note(http);
    }

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await EnterAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pace, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await EnterAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is left is entered when the server stops.
        }
    }

    private void Note(HttpContext http)
    {
        Actor? actor = http.Features.Get<Actor>();
        // Without an address it is the command that started this server for itself, and it is told.
        if ((actor?.Key ?? (http.Connection.RemoteIpAddress is { } address ? LimitRules.Counted(address) : null)) is not { } who) return;
        string route = http.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } text } ? $"{http.Request.Method} {text}" : none;
        minutes.GetOrAdd(actor?.TenantId ?? Guid.Empty, _ => new Minute()).Add(new Kind(who, route, http.Response.StatusCode, http.Features.Get<ProblemCode>()?.Code ?? none));
    }

    private async Task EnterAsync(CancellationToken cancellationToken)
    {
        // Whoever is adding to a minute that is taken away here is not counted: a count need not be exact to the last call.
        foreach ((Guid tenant, Minute minute) in Interlocked.Exchange(ref minutes, new ConcurrentDictionary<Guid, Minute>()))
        {
            if (tenant == Guid.Empty)
            {
                foreach (RefusedCalls calls in minute.Taken()) Strangers(calls.Times, calls.Route, calls.Actor, calls.Status, calls.Reason);
                continue;
            }

            try
            {
                await notes.EnterAsync(tenant, minute.Taken(), cancellationToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                NotEntered(error, tenant);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Times} calls of {Route} from {Address} were refused with {Status} {Reason}")]
    private partial void Strangers(int times, string route, string address, int status, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Refused calls to tenant {Tenant} could not be entered in its audit")]
    private partial void NotEntered(Exception error, Guid tenant);

    private sealed record Kind(string Who, string Route, int Status, string Reason);

    private sealed class Minute
    {
        private readonly ConcurrentDictionary<Kind, int> counts = new();

        public void Add(Kind kind)
        {
            // Two at once may make it one or two more than the most, which does no harm.
            if (counts.Count >= MostKinds && !counts.ContainsKey(kind)) kind = new Kind(others, others, kind.Status, others);
            counts.AddOrUpdate(kind, 1, (_, count) => count + 1);
        }

        public IReadOnlyList<RefusedCalls> Taken() => [.. counts.Select(c => new RefusedCalls(c.Key.Who == others ? "system:refusals" : c.Key.Who, c.Key.Route, c.Key.Status, c.Key.Reason, c.Value))];
    }
}
