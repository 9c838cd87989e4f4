using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Switchboard.Server.Tests.Contract;

/// <summary>Makes calls that are wrong in one way or several, from what the document says is right. The same seed makes the same calls.</summary>
public sealed class Fuzzer(ApiDocument document, Stage stage, int seed)
{
    private const int megabyte = 1 << 20;

    private static readonly string[] oddTexts =
    [
        "", " ", "\0", "a\0b", "\r\n", "null", "true", "0", "-1", "NaN", "Infinity", "../../etc/passwd", "%00", "%2e%2e%2f", "' or '1'='1", "\"; drop table users; --", "<script>alert(1)</script>",
        "${jndi:ldap://x}", "{{7*7}}", "\u202Eabc", "\u0130\u0131\u1E9E", "e\u0301\u0301\u0301", "\U0001F469\u200D\U0001F469\u200D\U0001F467", "\uFEFF", "\u2028\u2029", "\uFFFD", "\uFFFF", "\u00A0", "ﬀ", "٣", "9223372036854775808",
        "1e400", "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "2026-02-30", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999+14:00", "2026-01-01", "en_US", "Etc/GMT+12", "a@b", "\"@\"@example.com",
    ];

    private static readonly string[] oddNumbers = ["0", "-0", "-1", "1", "2147483647", "2147483648", "-2147483649", "9223372036854775807", "9223372036854775808", "1e308", "1e309", "-1e309", "1e-400", "0.1", "1.5", "99999999999999999999999999999", "1E1000000"];

    private readonly Random random = new(seed);

    /// <summary>A call, and how it was bent.</summary>
    public (ApiRoute Route, HttpRequestMessage Request) Next()
    {
        ApiRoute route = document.Routes[random.Next(document.Routes.Count)];
        HttpRequestMessage request = stage.Request(route);
        Parameters(route, request);
        if (route.Body is not null || random.Next(8) == 0) Body(route, request);
        Headers(request);
        return (route, request);
    }

    private void Parameters(ApiRoute route, HttpRequestMessage request)
    {
        string path = request.RequestUri!.OriginalString.Split('?')[0];
        string[] places = path.Split('/'), pattern = route.Path.Split('/');
        for (int i = 0; i < pattern.Length && i < places.Length; i++)
        {
            if (!pattern[i].StartsWith('{') || random.Next(4) != 0) continue;
            // An id that is none is no route; one that is nobody's is.
            places[i] = pattern[i] is "{id}" or "{messageId}" && random.Next(3) != 0 ? Guid.NewGuid().ToString() : Uri.EscapeDataString(Text(short_: true) is { Length: > 0 } text && text is not ("." or "..") ? text : "x");
        }

        var query = new List<string>();
        foreach (JsonElement parameter in route.Parameters("query").Where(_ => random.Next(2) == 0))
        {
            string name = parameter.Text("name"), type = parameter.GetProperty("schema").TryGetProperty("type", out JsonElement t) ? SchemaCheck.Types(t).Last() : "string";
            query.Add($"{name}={Uri.EscapeDataString(type switch { "integer" or "number" when random.Next(3) > 0 => oddNumbers[random.Next(oddNumbers.Length)], "boolean" => random.Next(2) == 0 ? "true" : "yes", _ => name switch { "q" when random.Next(2) == 0 => "keys", "cursor" when random.Next(2) == 0 => Cursor(), _ => Text(short_: true) } })}");
        }

        if (random.Next(20) == 0) query.Add("unknown=1&limit=1&limit=2");
        request.RequestUri = new Uri(string.Join('/', places) + (query.Count > 0 ? "?" + string.Join('&', query) : ""), UriKind.Relative);
    }

    private string Cursor()
    {
        byte[] bytes = new byte[random.Next(40)];
        random.NextBytes(bytes);
        return random.Next(4) switch
        {
            0 => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_'),
            1 => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{{\"order\":\"newest\",\"key\":{oddNumbers[random.Next(oddNumbers.Length)]},\"id\":\"{Guid.NewGuid()}\"}}")).TrimEnd('='),
            2 => $"{long.MaxValue}.{Guid.NewGuid():N}",
            _ => $"{random.Next()}",
        };
    }

    private void Body(ApiRoute route, HttpRequestMessage request)
    {
        if (request.Content is { Headers.ContentType.MediaType: not "application/json" } raw && random.Next(3) > 0)
        {
            byte[] bytes = raw.ReadAsByteArrayAsync().GetAwaiter().GetResult();
            for (int i = random.Next(5); i > 0 && bytes.Length > 0; i--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            request.Content = Of(random.Next(6) == 0 ? bytes[..random.Next(bytes.Length)] : bytes, raw.Headers.ContentType.MediaType!);
            return;
        }

        string text = random.Next(24) switch
        {
            0 => "",
            1 => "{",
            2 => "[]",
            3 => "\"text\"",
            4 => "null",
            5 => string.Concat(Enumerable.Repeat("{\"a\":", 2000)) + "1" + new string('}', 2000),
            6 => new string('[', 100_000),
            7 => "{\"a\":1,\"a\":2}",
            8 when random.Next(4) == 0 => $"{{\"text\":\"{new string('x', megabyte)}\"}}",
            8 => $"{{\"text\":\"{new string('x', megabyte / 8)}\"}}",
            9 => "{\"\\ud800\":\"\\udfff\"}",
            _ => Bent(route),
        };
        byte[] body = Encoding.UTF8.GetBytes(text);
        if (random.Next(60) == 0) body = [.. body, 0xff, 0xfe];
        request.Content = Of(body, random.Next(40) switch { 0 => "text/plain", 1 => "application/xml", 2 => "application/json; charset=utf-16", 3 => "multipart/form-data", _ => "application/json" });
    }

    /// <summary>The example with one to three fields changed to what they should not or could hardly be.</summary>
    private string Bent(ApiRoute route)
    {
        if (route.BodySchema is not { } schema) return "{}";
        JsonObject fields = stage.Example(route) as JsonObject ?? [];
        (string Name, JsonElement Schema)[] known = schema.TryGetProperty("$ref", out JsonElement name) && document.Schemas[name.GetString()!.Split('/')[^1]].TryGetProperty("properties", out JsonElement properties) ? [.. properties.EnumerateObject().Select(p => (p.Name, p.Value))] : [];
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            if (known.Length == 0 || random.Next(12) == 0)
            {
                fields[random.Next(2) == 0 ? "unknown" : Text(short_: true)] = Value(default, 0);
                continue;
            }

            (string field, JsonElement of) = known[random.Next(known.Length)];
            if (random.Next(6) == 0) fields.Remove(field);
            else fields[field] = random.Next(3) == 0 ? Value(default, 0) : Value(of, 0);
        }

        string text = fields.ToJsonString();
        // Numbers that no type of ours holds are put in as text.
        return text.Replace("\"#number#\"", oddNumbers[random.Next(oddNumbers.Length)], StringComparison.Ordinal);
    }

    /// <summary>A value of the schema's type at its edges; without a schema of any type.</summary>
    private JsonNode? Value(JsonElement schema, int depth)
    {
        if (depth > 3) return null;
        if (schema.ValueKind == JsonValueKind.Object)
        {
            if (schema.TryGetProperty("$ref", out JsonElement name)) return Value(document.Schemas[name.GetString()!.Split('/')[^1]], depth + 1);
            if (schema.TryGetProperty("oneOf", out JsonElement forms) || schema.TryGetProperty("anyOf", out forms)) return Value(forms[random.Next(forms.GetArrayLength())], depth + 1);
            if (schema.TryGetProperty("enum", out JsonElement values) && random.Next(2) == 0) return JsonNode.Parse(values[random.Next(values.GetArrayLength())].GetRawText());
        }

        string[] types = schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("type", out JsonElement type) ? [.. SchemaCheck.Types(type)] : ["string", "number", "boolean", "array", "object", "null"];
        string? format = schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("format", out JsonElement f) ? f.GetString() : null;
        return types[random.Next(types.Length)] switch
        {
            "string" when format == "uuid" && random.Next(2) == 0 => Guid.NewGuid().ToString(),
            "string" when format == "date-time" && random.Next(2) == 0 => stage.Server.Now.AddDays(random.Next(-4000, 4000)).ToString("O"),
            "string" => Text(short_: false),
            "integer" or "number" => "#number#",
            "boolean" => random.Next(2) == 0,
            "array" => new JsonArray([.. Enumerable.Range(0, random.Next(10) == 0 ? 300 : random.Next(4)).Select(_ => Value(schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("items", out JsonElement items) ? items : default, depth + 1))]),
            "object" => Object(schema, depth),
            _ => null,
        };
    }

    private JsonObject Object(JsonElement schema, int depth)
    {
        var made = new JsonObject();
        if (schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("properties", out JsonElement properties))
            foreach (JsonProperty part in properties.EnumerateObject().Where(_ => random.Next(2) == 0)) made[part.Name] = Value(part.Value, depth + 1);
        else made[Text(short_: true)] = Value(default, depth + 1);
        return made;
    }

    private string Text(bool short_) => random.Next(short_ ? 12 : 8) switch
    {
        0 => new string((char)random.Next(32, 0x2000), random.Next(short_ ? 60 : 12_000)),
        1 => string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => char.ConvertFromUtf32(Scalar()))),
        _ => oddTexts[random.Next(oddTexts.Length)],
    };

    private int Scalar()
    {
        int scalar = random.Next(1, 0x10FFFF);
        return scalar is >= 0xD800 and <= 0xDFFF ? 0xE000 : scalar;
    }

    private void Headers(HttpRequestMessage request)
    {
        if (random.Next(6) == 0) request.Headers.TryAddWithoutValidation("Idempotency-Key", random.Next(3) switch { 0 => "once", 1 => new string('k', 256), _ => $"{random.Next()}" });
        if (random.Next(10) == 0) request.Headers.Accept.ParseAdd(random.Next(3) switch { 0 => "text/plain", 1 => "application/yaml", _ => "*/*;q=0.1" });
        if (random.Next(10) != 0) return;
        request.Headers.Remove("If-Match");
        request.Headers.TryAddWithoutValidation("If-Match", random.Next(4) switch { 0 => "\"1\"", 1 => "W/\"1\"", 2 => "nonsense", _ => "\"1\", \"2\", *" });
    }

    private static ByteArrayContent Of(byte[] bytes, string type)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return content;
    }
}
