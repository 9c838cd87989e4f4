namespace Switchboard.Core.Outbox;

/// <summary>An effect on the outside that somebody asks for and its port has found in order. Made by <see cref="OutsidePorts.Prepare"/> alone.</summary>
public sealed record OutsideEffect
{
    internal OutsideEffect(string port, string key, string request) => (Port, Key, Request) = (port, key, request);

    /// <summary>The port it goes through.</summary>
    public string Port { get; }

    /// <summary>Its key: run and step, see <c>RunContext.KeyOf</c>. The same key in the tenant is the same effect.</summary>
    public string Key { get; }

    /// <summary>What is sent, as JSON in the port's own form.</summary>
    public string Request { get; }

    /// <summary>The customer it is about; null when it is about none.</summary>
    public Guid? CustomerId { get; init; }

    /// <summary>The conversation it belongs to; null when it belongs to none.</summary>
    public Guid? ConversationId { get; init; }

    /// <summary>The run that causes it; null when a person does.</summary>
    public Guid? CauseId { get; init; }

    /// <summary>When it is asked for.</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>An effect that no port would take; the message says why, for people.</summary>
public sealed class OutsideRequestException(string message) : Exception(message);

/// <summary>The ways to the outside that this installation has.</summary>
public sealed class OutsidePorts
{
    private const int mostKeyLength = 200;
    private readonly Dictionary<string, IOutsidePort> byName;

    /// <summary>Takes the ports, each under its name.</summary>
    /// <exception cref="ArgumentException">Two ports have one name.</exception>
    public OutsidePorts(IEnumerable<IOutsidePort> ports) => byName = ports.ToDictionary(p => p.Name, StringComparer.Ordinal);

    /// <summary>Their names in alphabetical order.</summary>
    public IReadOnlyList<string> Names => [.. byName.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The port of a name; null when there is none.</summary>
    public IOutsidePort? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>Checks what shall be sent, and makes the effect.</summary>
    /// <exception cref="OutsideRequestException">There is no such port, the key cannot be carried, or the port does not take the request.</exception>
    public OutsideEffect Prepare(string port, string key, string request, DateTimeOffset at)
    {
        IOutsidePort found = Find(port) ?? throw new OutsideRequestException($"There is no way to the outside called \"{port}\"; there are: {string.Join(", ", Names)}.");
        // The key travels in headers and is signed with what surrounds it.
        if (key.Length is 0 or > mostKeyLength || key.Any(c => c is <= ' ' or > '~'))
            throw new OutsideRequestException($"The key of an effect is 1 to {mostKeyLength} visible ASCII characters without blanks.");
        return found.Check(request) is { } wrong ? throw new OutsideRequestException(wrong) : new OutsideEffect(port, key, request) { At = at };
    }
}
