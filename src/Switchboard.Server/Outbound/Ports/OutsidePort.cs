using System.Text.Json;
using Switchboard.Core;
using Switchboard.Core.Outbox;

namespace Switchboard.Server.Outbound.Ports;

/// <summary>What all ports share: a request in a form of its own, checked when it is asked for and once more when it is sent.</summary>
public abstract class OutsidePort<TRequest> : IOutsidePort
{
    /// <inheritdoc />
    public abstract string Name { get; }

    /// <inheritdoc />
    public virtual DeliveryPace Pace => DeliveryPace.Ordinary;

    /// <inheritdoc />
    public virtual bool MustBeKnown => true;

    /// <inheritdoc />
    public bool Deduplicates(string request) => TryRead(request, out TRequest? read) && Deduplicates(read!);

    /// <inheritdoc />
    public string? Check(string request) => TryRead(request, out TRequest? read) ? Problem(read!) : $"The request is not in the form of the port {Name}.";

    /// <inheritdoc />
    public string Describe(string request) => TryRead(request, out TRequest? read) ? Describe(read!) : $"something through {Name} that cannot be read";

    /// <inheritdoc />
    public async Task<PortOutcome> SendAsync(OutsideCall call, CancellationToken cancellationToken)
    {
        // What was in order when it was asked for may lack its server or channel since; the operator can bring that back.
        if (Check(call.Request) is { } wrong) return new Refused(wrong, CanRetry: true);
        return await SendAsync(call, Json.Read<TRequest>(call.Request), cancellationToken);
    }

    /// <summary>Whether the other side knows a key it has seen.</summary>
    protected abstract bool Deduplicates(TRequest request);

    /// <summary>What is wrong with it; null when it can be sent.</summary>
    protected abstract string? Problem(TRequest request);

    /// <summary>To whom and what, without secrets.</summary>
    protected abstract string Describe(TRequest request);

    /// <summary>Sends a request that is in order.</summary>
    protected abstract Task<PortOutcome> SendAsync(OutsideCall call, TRequest request, CancellationToken cancellationToken);

    private static bool TryRead(string request, out TRequest? read)
    {
        try
        {
            read = Json.Read<TRequest>(request);
            return true;
        }
        catch (JsonException)
        {
            read = default;
            return false;
        }
    }
}
