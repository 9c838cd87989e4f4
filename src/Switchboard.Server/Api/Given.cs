using System.Text.Json;
using System.Text.Json.Serialization;

namespace Switchboard.Server.Api;

/// <summary>A field of a change that may be left out: left out, what stands stays; given as null, it is emptied.</summary>
[JsonConverter(typeof(GivenConverter))]
public readonly struct Given<T>(T? value)
{
    /// <summary>Whether the field stands in the body.</summary>
    public bool IsGiven { get; } = true;

    /// <summary>Its value.</summary>
    public T? Value { get; } = value;

    /// <summary>The value where the field is given, else what stands.</summary>
    public T? Or(T? current) => IsGiven ? Value : current;
}

/// <summary>Reads a field as the value itself.</summary>
public sealed class GivenConverter : JsonConverterFactory
{
    /// <inheritdoc />
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(Given<>);

    /// <inheritdoc />
    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Of<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;

    private sealed class Of<T> : JsonConverter<Given<T>>
    {
        public override bool HandleNull => true;

        public override Given<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(JsonSerializer.Deserialize<T>(ref reader, options));

        /// <summary>In brackets, so that a field that was emptied and one that was left out are not written the same.</summary>
        public override void Write(Utf8JsonWriter writer, Given<T> value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            if (value.IsGiven) JsonSerializer.Serialize(writer, value.Value, options);
            writer.WriteEndArray();
        }
    }
}
