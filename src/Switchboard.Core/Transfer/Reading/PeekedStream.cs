using System.Text;

namespace Switchboard.Core.Transfer.Reading;

/// <summary>A stream whose first bytes were looked at and come once more.</summary>
/// <param name="head">The bytes that were looked at.</param>
/// <param name="rest">The stream behind them.</param>
internal sealed class PeekedStream(ReadOnlyMemory<byte> head, Stream rest) : Stream
{
    private const int peeked = 64 << 10;
    private static readonly UTF8Encoding strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private ReadOnlyMemory<byte> left = head;

    /// <inheritdoc />
    public override bool CanRead => true;

    /// <inheritdoc />
    public override bool CanSeek => false;

    /// <inheritdoc />
    public override bool CanWrite => false;

    /// <inheritdoc />
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Looks at the beginning of a stream and finds out its encoding: UTF-8, or UTF-16 that says so by its byte order mark.</summary>
    /// <returns>The stream from behind the mark, the encoding, and the beginning as text.</returns>
    public static async Task<(PeekedStream Stream, Encoding Encoding, string Head)> OpenAsync(Stream stream, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[peeked];
        int read = await stream.ReadAtLeastAsync(buffer, peeked, throwOnEndOfStream: false, cancellationToken);
        ReadOnlyMemory<byte> start = buffer.AsMemory(0, read);
        (Encoding encoding, int mark) = start.Span switch
        {
            [0xEF, 0xBB, 0xBF, ..] => ((Encoding)strictUtf8, 3),
            [0xFF, 0xFE, ..] => (new UnicodeEncoding(bigEndian: false, byteOrderMark: false, throwOnInvalidBytes: true), 2),
            [0xFE, 0xFF, ..] => (new UnicodeEncoding(bigEndian: true, byteOrderMark: false, throwOnInvalidBytes: true), 2),
            _ => (strictUtf8, 0),
        };
        start = start[mark..];
        // The cut may go through a character, so what is only looked at is decoded leniently.
        var lenient = (Encoding)encoding.Clone();
        lenient.DecoderFallback = DecoderFallback.ReplacementFallback;
        return (new PeekedStream(start, stream), encoding, lenient.GetString(start.Span));
    }

    /// <inheritdoc />
    public override int Read(byte[] buffer, int offset, int count)
    {
        if (left.IsEmpty) return rest.Read(buffer, offset, count);
        int taken = Math.Min(count, left.Length);
        left.Span[..taken].CopyTo(buffer.AsSpan(offset));
        left = left[taken..];
        return taken;
    }

    /// <inheritdoc />
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (left.IsEmpty) return rest.ReadAsync(buffer, cancellationToken);
        int taken = Math.Min(buffer.Length, left.Length);
        left.Span[..taken].CopyTo(buffer.Span);
        left = left[taken..];
        return ValueTask.FromResult(taken);
    }

    /// <inheritdoc />
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc />
    public override void Flush()
    {
    }

    /// <inheritdoc />
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
