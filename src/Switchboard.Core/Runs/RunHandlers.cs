namespace Switchboard.Core.Runs;

/// <summary>The handlers of this version of the program, by name.</summary>
public sealed class RunHandlers
{
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
