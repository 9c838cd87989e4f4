using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Switchboard.Core.Actions;

/// <summary>How what an action did is undone: by another action, which has rules of its own, or not at all.</summary>
/// <param name="Action">The action that undoes it; null when none does.</param>
/// <param name="Arguments">Its arguments as JSON; null when none does.</param>
/// <param name="Why">Why none does, for people; null when one does.</param>
public sealed record Reversal(string? Action, string? Arguments, string? Why)
{
    /// <summary>It is undone by another action.</summary>
    public static Reversal By(DeskAction action) => new(action.Name, ActionPreview.ArgumentsOf(action), null);

    /// <summary>Nothing undoes it.</summary>
    /// <param name="why">Why, in a sentence that people read behind the action's name.</param>
    public static Reversal None(string why) => new(null, null, why);
}

/// <summary>The actions of this version of the program, by name.</summary>
public static class DeskActions
{
    /// <summary>All of them.</summary>
    public static FrozenDictionary<string, Type> All { get; } = typeof(DeskAction).Assembly.GetTypes()
        .Where(t => t is { IsAbstract: false } && t.IsSubclassOf(typeof(DeskAction)))
        .ToFrozenDictionary(NameOf, StringComparer.Ordinal);

    /// <summary>Reads an action as it is stored.</summary>
    /// <exception cref="JsonException">There is no action of this name, or the arguments are not its own.</exception>
    public static DeskAction Read(string name, string arguments) =>
        All.TryGetValue(name, out Type? type) && JsonSerializer.Deserialize(arguments, type, Json.Options) is DeskAction action ? action : throw new JsonException($"This version has no action {name} with such arguments.");

    /// <summary>The scope that an action needs; null when there is no action of this name.</summary>
    public static string? ScopeOf(string name) => All.TryGetValue(name, out Type? type) ? Blank(type).Scope : null;

    private static string NameOf(Type type) => Blank(type).Name;

    // Name and scope are constants of their type; no arguments are needed to know them.
    private static DeskAction Blank(Type type) => (DeskAction)RuntimeHelpers.GetUninitializedObject(type);
}
