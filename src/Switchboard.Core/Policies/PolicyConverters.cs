using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Switchboard.Domain.Policies;

namespace Switchboard.Core.Policies;

/// <summary>Spans of a day as <c>09:00-17:00</c>.</summary>
internal sealed class DayHoursConverter : JsonConverter<DayHours>
{
    public override DayHours Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && DayHours.TryParse(reader.GetString(), out DayHours hours) ? hours : throw new JsonException("A span of a day is written 09:00-17:00.");

    public override void Write(Utf8JsonWriter writer, DayHours value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary>Times of the day as <c>09:00</c>.</summary>
internal sealed class TimeOfDayConverter : JsonConverter<TimeOnly>
{
    public override TimeOnly Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && TimeOnly.TryParseExact(reader.GetString(), "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out TimeOnly time) ? time : throw new JsonException("A time of the day is written 09:00.");

    public override void Write(Utf8JsonWriter writer, TimeOnly value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString("HH:mm", CultureInfo.InvariantCulture));
}
