using System.Collections.Frozen;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Switchboard.Core;
using Switchboard.Domain.Identity;

namespace Switchboard.Storage.Model;

/// <summary>An enum's names in lower_snake, as JSON spells them, so that a row reads the same as an answer of the API.</summary>
internal static class EnumText<T> where T : struct, Enum
{
    private static readonly FrozenDictionary<T, string> texts = Enum.GetValues<T>().ToFrozenDictionary(v => v, v => StorageConventions.LowerSnake(v.ToString()));
    private static readonly FrozenDictionary<string, T> values = texts.ToFrozenDictionary(t => t.Value, t => t.Key, StringComparer.Ordinal);

    /// <summary>The value's text.</summary>
    public static string Of(T value) => texts[value];

    /// <summary>The text's value.</summary>
    /// <exception cref="FormatException">The text is none of the enum's names.</exception>
    public static T Parse(string text) => values.TryGetValue(text, out T value) ? value : throw new FormatException($"\"{text}\" is no {typeof(T).Name}.");
}

/// <summary>Stores an enum as <see cref="EnumText{T}"/>.</summary>
internal sealed class LowerSnakeEnumConverter<T>() : ValueConverter<T, string>(v => EnumText<T>.Of(v), t => EnumText<T>.Parse(t)) where T : struct, Enum;

/// <summary>Stores scopes as text, parted by spaces.</summary>
internal sealed class ScopeSetConverter() : ValueConverter<ScopeSet, string>(s => s.ToString(), t => ScopeSet.Parse(t));

/// <summary>Stores a record or a list as JSON.</summary>
internal sealed class JsonTextConverter<T>() : ValueConverter<T, string>(v => Json.Write(v), t => Json.Read<T>(t));

/// <summary>Two values are equal when their JSON is.</summary>
internal sealed class JsonTextComparer<T>() : ValueComparer<T>((a, b) => Json.Write(a) == Json.Write(b), v => Json.Write(v).GetHashCode(StringComparison.Ordinal), v => v);
