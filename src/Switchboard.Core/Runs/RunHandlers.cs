using Switchboard.Core.Actions;
using Switchboard.Core.Erasure;
using Switchboard.Core.Outbox;

namespace Switchboard.Core.Runs;

/// <summary>The handlers of this version of the program, by name.</summary>
public sealed class RunHandlers
{
    /// <summary>The handlers whose cancelled runs leave something behind that must be set right: such a run is never ended from outside, it ends itself.</summary>
    public static IReadOnlyList<string> Settling { get; } = [OutboxDelivery.HandlerName, ApprovalExpiry.HandlerName, EraseCustomer.HandlerName];

    private readonly Dictionary<string, RunHandler> byName = new(StringComparer.Ordinal);

    /// <summary>Takes the handlers.</summary>
    /// <exception cref="ArgumentException">Two have the same name.</exception>
    public RunHandlers(IEnumerable<RunHandler> handlers)
    {
        foreach (RunHandler handler in handlers)
            if (!byName.TryAdd(handler.Name, handler)) throw new ArgumentException($"Two handlers are called \"{handler.Name}\": {byName[handler.Name].GetType().Name} and {handler.GetType().Name}.", nameof(handlers));
    }

    /// <summary>The handler of a name; null when there is none.</summary>
    public RunHandler? Find(string? name) => name is null ? null : byName.GetValueOrDefault(name);
}
