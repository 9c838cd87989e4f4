using System.Text.Json;
using System.Text.Json.Serialization;

namespace Switchboard.Client;

/// <summary>What a call was answered with, where there is nothing to read.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="ETag">Names the object as it stands, for a later <c>ifMatch</c>; null when the answer has none.</param>
/// <param name="RequestId">The name of the call in the server's log.</param>
public sealed record Answer(int Status, string? ETag, string? RequestId);

/// <summary>What a call was answered with.</summary>
/// <param name="Value">The body.</param>
/// <param name="Status">The HTTP status: 201 for what was made, 202 for what goes on by itself, else 200.</param>
/// <param name="ETag">Names the object as it stands, for a later <c>ifMatch</c>; null when the answer has none.</param>
/// <param name="RequestId">The name of the call in the server's log.</param>
/// <typeparam name="T">The type of the body.</typeparam>
public sealed record Answer<T>(T Value, int Status, string? ETag, string? RequestId);

/// <summary>A page of a list.</summary>
/// <param name="Items">The rows.</param>
/// <param name="NextCursor">Where the next page begins; null behind the last.</param>
/// <typeparam name="T">The type of a row.</typeparam>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor);

/// <summary>A list that is never long.</summary>
/// <param name="Items">The rows.</param>
/// <typeparam name="T">The type of a row.</typeparam>
public sealed record ItemsView<T>(IReadOnlyList<T> Items);

/// <summary>A body that has one of two forms.</summary>
/// <typeparam name="TFirst">The one form.</typeparam>
/// <typeparam name="TSecond">The other.</typeparam>
[JsonConverter(typeof(EitherConverter))]
public sealed record Either<TFirst, TSecond>
    where TFirst : class
    where TSecond : class
{
    /// <summary>The body, if it has the first form; else null.</summary>
    public TFirst? First { get; init; }

    /// <summary>The body, if it has the second form; else null.</summary>
    public TSecond? Second { get; init; }
}

/// <summary>Reads the form whose fields are there.</summary>
internal sealed class EitherConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(Either<,>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Of<,>).MakeGenericType(typeToConvert.GetGenericArguments()))!;

    private sealed class Of<TFirst, TSecond> : JsonConverter<Either<TFirst, TSecond>>
        where TFirst : class
        where TSecond : class
    {
        public override Either<TFirst, TSecond> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            try
            {
                return new Either<TFirst, TSecond> { First = document.Deserialize<TFirst>(options) };
            }
            catch (JsonException)
            {
                // A field that the first form must have is not there.
                return new Either<TFirst, TSecond> { Second = document.Deserialize<TSecond>(options) };
            }
        }

        public override void Write(Utf8JsonWriter writer, Either<TFirst, TSecond> value, JsonSerializerOptions options)
        {
            if (value.First is { } first) JsonSerializer.Serialize(writer, first, options);
            else JsonSerializer.Serialize(writer, value.Second, options);
        }
    }
}
