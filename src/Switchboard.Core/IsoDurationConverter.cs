using System.Text.Json;
using System.Text.Json.Serialization;
using System.Xml;

namespace Switchboard.Core;

/// <summary>A duration as ISO 8601 writes it: <c>PT30M</c>, <c>P1DT2H</c>. Months and years have no fixed length and are refused.</summary>
internal sealed class IsoDurationConverter : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        string text = reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException("A duration is a text such as PT30M.");
        int time = text.IndexOf('T', StringComparison.Ordinal);
        string days = time < 0 ? text : text[..time];
        if (days.Contains('Y', StringComparison.Ordinal) || days.Contains('M', StringComparison.Ordinal)) throw new JsonException("A duration is given in days, hours, minutes and seconds, such as P1DT2H.");
        try
        {
            return XmlConvert.ToTimeSpan(text);
        }
        catch (Exception error) when (error is FormatException or OverflowException)
        {
            throw new JsonException("A duration is written such as PT30M or P1DT2H.", error);
        }
    }

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteStringValue(XmlConvert.ToString(value));
}
