using Switchboard.Core.Understanding;

namespace Switchboard.Core.Conversations;

/// <summary>A value a specialist needs from the customer, and how it is found in what the customer writes.</summary>
/// <typeparam name="T">The value's type.</typeparam>
/// <param name="Name">Its name in journals and case files.</param>
/// <param name="Find">Finds the value in what was understood; false when it is not there.</param>
public sealed record Slot<T>(string Name, SlotFinder<T> Find);

/// <summary>Finds a slot's value in what was understood of a message.</summary>
public delegate bool SlotFinder<T>(Understood understood, out T value);

/// <summary>The slots specialists share.</summary>
public static class Slots
{
    /// <summary>An address an answer can be sent to.</summary>
    public static readonly Slot<string> Email = new("email", (Understood understood, out string value) =>
    {
        value = understood.Entities.FirstOrDefault(e => e.Type == EntityTypes.Email)?.Value ?? string.Empty;
        return value.Length > 0;
    });
}
