using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Switchboard.Client;

/// <summary>Reads and writes the named values of the contract. A name that this client does not know, from a newer server, is read as <c>Unknown</c>.</summary>
internal sealed class NamedValues : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) => (JsonConverter)Activator.CreateInstance(typeof(Of<>).MakeGenericType(typeToConvert))!;

    private sealed class Of<T> : JsonConverter<T>
        where T : struct, Enum
    {
        private static readonly Dictionary<T, string> names = typeof(T).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(f => f.GetCustomAttribute<JsonStringEnumMemberNameAttribute>() is not null)
            .ToDictionary(f => (T)f.GetValue(null)!, f => f.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()!.Name);

        private static readonly Dictionary<string, T> values = names.ToDictionary(n => n.Value, n => n.Key, StringComparer.Ordinal);

        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => values.GetValueOrDefault(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteStringValue(names.TryGetValue(value, out string? name) ? name : throw new JsonException($"{typeof(T).Name}.{value} is nothing that can be sent."));
    }
}
