using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Trace;
using Switchboard.Server.Hosting;

namespace Switchboard.Server.Tests.Telemetry;

/// <summary>A span as a collector got it.</summary>
internal sealed record Received(string TraceId, string Id, string Parent, string Name, int Kind, bool IsError, IReadOnlyDictionary<string, string> Attributes, IReadOnlyList<(string TraceId, string Id)> Links)
{
    public string this[string attribute] => Attributes.GetValueOrDefault(attribute, "");
}

/// <summary>A collector of traces on this machine, which takes OTLP over HTTP and reads what it needs of it.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication site = WebSite.Create();
    private readonly ConcurrentQueue<byte[]> bodies = new();

    private Collector() => site.MapPost("/v1/traces", async http =>
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        bodies.Enqueue(body.ToArray());
        Headers = http.Request.Headers["x-collector-key"].ToString();
        http.Response.ContentType = "application/x-protobuf";
    });

    /// <summary>Where it is.</summary>
    public Uri Endpoint => new(site.Urls.First() + "/v1/traces");

    /// <summary>What came with the last sending.</summary>
    public string Headers { get; private set; } = "";

    /// <summary>All that came, as text: to look for what must not be in it.</summary>
    public string Text => string.Join('\n', bodies.Select(Encoding.UTF8.GetString));

    /// <summary>The spans that came so far, each once: every server of this process tells of the spans of all.</summary>
    public IReadOnlyList<Received> Spans => [.. bodies.SelectMany(b => new Wire(b).Messages(1)).SelectMany(r => r.Messages(2)).SelectMany(s => s.Messages(2)).Select(Read).DistinctBy(s => (s.TraceId, s.Id))];

    public static async Task<Collector> OpenAsync()
    {
        var collector = new Collector();
        await collector.site.StartAsync();
        return collector;
    }

    /// <summary>The spans of a trace, once they say what is waited for.</summary>
    public async Task<IReadOnlyList<Received>> TraceAsync(string traceId, Func<IReadOnlyList<Received>, bool> isWhole, params SwitchboardServer[] servers)
    {
        IReadOnlyList<Received> spans = [];
        await ClockServer.UntilAsync(() =>
        {
            foreach (SwitchboardServer server in servers) server.App.Services.GetRequiredService<TracerProvider>().ForceFlush();
            spans = [.. Spans.Where(s => s.TraceId == traceId)];
            return Task.FromResult(isWhole(spans));
        });
        return spans;
    }

    public ValueTask DisposeAsync() => site.DisposeAsync();

    private static Received Read(Wire span) => new(
        Convert.ToHexStringLower(span.Bytes(1)), Convert.ToHexStringLower(span.Bytes(2)), Convert.ToHexStringLower(span.Bytes(4)), span.Text(5), (int)span.Number(6), span.Messages(15).Any(s => s.Number(3) == 2),
        span.Messages(9).ToDictionary(a => a.Text(1), a => Value(a.Messages(2).Single())), [.. span.Messages(13).Select(l => (Convert.ToHexStringLower(l.Bytes(1)), Convert.ToHexStringLower(l.Bytes(2))))]);

    private static string Value(Wire any) => any.Has(1) ? any.Text(1) : $"{any.Number(any.Has(2) ? 2 : 3)}";

    /// <summary>A message of protocol buffers: fields by their numbers, with what they hold.</summary>
    private sealed class Wire
    {
        private readonly List<(int Field, ulong Number, byte[]? Bytes)> fields = [];

        public Wire(byte[] message)
        {
            for (int at = 0; at < message.Length;)
            {
                ulong tag = Varint(message, ref at);
                int field = (int)(tag >> 3);
                switch (tag & 7)
                {
                    case 0: fields.Add((field, Varint(message, ref at), null)); break;
                    case 1: at += 8; break;
                    case 2:
                        int length = (int)Varint(message, ref at);
                        fields.Add((field, 0, message[at..(at + length)]));
                        at += length;
                        break;
                    case 5: at += 4; break;
                    default: throw new InvalidDataException("no such wire type");
                }
            }
        }

        public bool Has(int field) => fields.Exists(f => f.Field == field);

        public IEnumerable<Wire> Messages(int field) => fields.Where(f => f.Field == field && f.Bytes is not null).Select(f => new Wire(f.Bytes!));

        public byte[] Bytes(int field) => fields.Find(f => f.Field == field).Bytes ?? [];

        public string Text(int field) => Encoding.UTF8.GetString(Bytes(field));

        public ulong Number(int field) => fields.Find(f => f.Field == field).Number;

        private static ulong Varint(byte[] bytes, ref int at)
        {
            ulong value = 0;
            for (int shift = 0; ; shift += 7)
            {
                byte next = bytes[at++];
                value |= (ulong)(next & 0x7f) << shift;
                if (next < 0x80) return value;
            }
        }
    }
}
