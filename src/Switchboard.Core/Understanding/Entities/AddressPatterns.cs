using System.Collections.Frozen;
using System.Net;
using System.Net.Sockets;

namespace Switchboard.Core.Understanding.Entities;

/// <summary>
/// Finds e-mail addresses, web addresses, IP and MAC addresses and UUIDs. Each search begins at the character that gives the form
/// away and looks a bounded way to both sides, so the work is linear in the text whatever the text is.
/// </summary>
internal static class AddressPatterns
{
    private const int longestLocalPart = 64;
    private const int longestDomain = 253;
    private const int longestUrl = 2000;
    private const int longestIp = 45;

    // Top-level domains that are no word of the languages the desk reads, so that a missing space after a full stop makes no address.
    private static readonly FrozenSet<string> plainDomains = "com org net io edu gov info app dev biz eu de fr uk nl ch pl co.uk com.au co.nz com.br".Split(' ').ToFrozenSet(StringComparer.Ordinal);

    /// <summary>All addresses, in no order.</summary>
    public static IEnumerable<PatternHit> Find(string text)
    {
        int webEnd = 0;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '@' && Email(text, i) is { } email) yield return email;
            else if (i >= webEnd && c == ':' && Url(text, i) is { } url)
            {
                webEnd = url.End;
                yield return url;
            }
            else if (i >= webEnd && c is 'w' or 'W' && (i == 0 || !IsWord(text[i - 1])) && string.Compare(text, i, "www.", 0, 4, StringComparison.OrdinalIgnoreCase) == 0 && Web(text, i) is { } web)
            {
                webEnd = web.End;
                yield return web;
            }
            if (i < webEnd || !char.IsAsciiHexDigit(c) && c != ':' || i > 0 && (IsWord(text[i - 1]) || text[i - 1] is ':' or '.' or '@' or '-')) continue;
            if (Uuid(text, i) is { } uuid) yield return uuid;
            else if (Mac(text, i) is { } mac) yield return mac;
            else if (Ip(text, i) is { } ip) yield return ip;
        }
        foreach (PatternHit domain in PlainDomains(text)) yield return domain;
    }

    private static PatternHit? Email(string text, int at)
    {
        int start = at;
        while (start > 0 && at - start < longestLocalPart && (char.IsLetterOrDigit(text[start - 1]) || text[start - 1] is '.' or '_' or '%' or '+' or '-')) start--;
        while (start < at && !char.IsLetterOrDigit(text[start])) start++;
        if (start == at) return null;
        int end = DomainEnd(text, at + 1, leastLabels: 2);
        if (end < 0) return null;
        return new PatternHit(EntityTypes.Email, start, end, string.Concat(text.AsSpan(start, at - start), text.AsSpan(at, end - at).ToString().ToLowerInvariant()), 0.99, "form");
    }

    /// <summary>Where the domain name that begins here ends; -1 when there is none.</summary>
    private static int DomainEnd(string text, int from, int leastLabels)
    {
        int labels = 0;
        int lastEnd = -1;
        int i = from;
        while (i < text.Length && i - from < longestDomain)
        {
            int label = i;
            while (i < text.Length && i - label < 64 && (char.IsLetterOrDigit(text[i]) || text[i] == '-')) i++;
            if (i == label || i - label > 63 || text[label] == '-') break;
            int labelEnd = i;
            while (text[labelEnd - 1] == '-') labelEnd--;
            labels++;
            // The last label is letters only; a sentence may go on behind it.
            if (labels >= leastLabels && labelEnd - label is >= 2 and <= 24 && IsLetters(text.AsSpan(label, labelEnd - label))) lastEnd = labelEnd;
            if (labelEnd != i || labels == 9 || i >= text.Length || text[i] != '.') break;
            i++;
        }
        return lastEnd;
    }

    private static PatternHit? Url(string text, int colon)
    {
        if (colon + 3 >= text.Length || text[colon + 1] != '/' || text[colon + 2] != '/') return null;
        int start = colon;
        while (start > 0 && colon - start < 10 && char.IsAsciiLetter(text[start - 1])) start--;
        return colon - start < 2 ? null : Finish(text, start, colon + 3, "form");
    }

    private static PatternHit? Web(string text, int start) => DomainEnd(text, start, 3) < 0 ? null : Finish(text, start, start, "form");

    private static PatternHit? Finish(string text, int start, int from, string rule)
    {
        int end = from;
        while (end < text.Length && end - start < longestUrl && !char.IsWhiteSpace(text[end]) && !char.IsControl(text[end]) && text[end] is not ('<' or '>' or '"' or '“' or '”' or '»' or '\\' or '`' or '|' or '{' or '}')) end++;
        while (end > from && (text[end - 1] is '.' or ',' or ';' or ':' or '!' or '?' or '\'' or '’' or ']' or '*' || text[end - 1] == ')' && !text.AsSpan(start, end - start).Contains('('))) end--;
        if (end - from < 3 || !char.IsLetterOrDigit(text[from]) && text[from] != '[') return null;
        return new PatternHit(EntityTypes.Url, start, end, text[start..end], 0.99, rule);
    }

    // "shop.example.com/help": at least one dot, a known ending, no @ before it. One pass, each character belongs to one candidate.
    private static IEnumerable<PatternHit> PlainDomains(string text)
    {
        int i = 0;
        while (i < text.Length)
        {
            if (!char.IsAsciiLetterOrDigit(text[i]))
            {
                i++;
                continue;
            }
            int start = i;
            while (i < text.Length && (char.IsAsciiLetterOrDigit(text[i]) || text[i] is '-' or '.' or '_')) i++;
            int end = i;
            while (end > start && text[end - 1] is '.' or '-' or '_') end--;
            int length = end - start;
            if (length is < 4 or > longestDomain || start > 0 && (text[start - 1] is '@' or '/' or '%' or '+' || char.IsLetterOrDigit(text[start - 1])) || i < text.Length && (text[i] is '@' or ':' && i + 1 < text.Length && text[i + 1] == '/' || char.IsLetterOrDigit(text[i]))) continue;
            int dot = text.LastIndexOf('.', end - 1, length);
            if (dot <= start || !plainDomains.Contains(text[(dot + 1)..end].ToLowerInvariant()) || text.AsSpan(start, dot - start).Contains('_') || char.IsUpper(text[dot + 1]) && !char.IsUpper(text[dot - 1])) continue;
            if (DomainEnd(text, start, 2) != end) continue;
            PatternHit? hit = end < text.Length && text[end] == '/' ? Finish(text, start, end, "domain") : new PatternHit(EntityTypes.Url, start, end, text[start..end], 0.85, "domain");
            if (hit is { } found)
            {
                yield return found with { Confidence = 0.85 };
                i = Math.Max(i, found.End);
            }
        }
    }

    private static PatternHit? Uuid(string text, int start)
    {
        if (start + 36 > text.Length || text[start + 8] != '-' || !Guid.TryParseExact(text.AsSpan(start, 36), "D", out Guid id) || start + 36 < text.Length && IsWord(text[start + 36])) return null;
        return new PatternHit(EntityTypes.Uuid, start, start + 36, id.ToString(), 0.99, "form");
    }

    private static PatternHit? Mac(string text, int start)
    {
        if (start + 17 > text.Length || text[start + 2] is not (':' or '-')) return null;
        for (int i = 0; i < 17; i++)
            if (i % 3 == 2 ? text[start + i] != text[start + 2] : !char.IsAsciiHexDigit(text[start + i])) return null;
        if (start + 17 < text.Length && (IsWord(text[start + 17]) || text[start + 17] is ':' or '-')) return null;
        return new PatternHit(EntityTypes.Mac, start, start + 17, text.Substring(start, 17).Replace('-', ':').ToLowerInvariant(), 0.99, "form");
    }

    private static PatternHit? Ip(string text, int start)
    {
        int end = start;
        int colons = 0;
        int dots = 0;
        while (end < text.Length && end - start < longestIp && (char.IsAsciiHexDigit(text[end]) || text[end] is ':' or '.'))
        {
            if (text[end] == ':') colons++;
            else if (text[end] == '.') dots++;
            end++;
        }
        while (end > start && text[end - 1] == '.' || end > start + 2 && text[end - 1] == ':' && text[end - 2] != ':')
        {
            if (text[end - 1] == '.') dots--;
            else colons--;
            end--;
        }
        if (end < text.Length && (IsWord(text[end]) || text[end] == '-' && end + 1 < text.Length && char.IsAsciiHexDigit(text[end + 1]))) return null;
        ReadOnlySpan<char> candidate = text.AsSpan(start, end - start);
        if (colons == 0 ? dots != 3 || !FourOctets(candidate) : colons < 2 || colons < 7 && !candidate.Contains("::", StringComparison.Ordinal)) return null;
        if (!IPAddress.TryParse(candidate, out IPAddress? address) || address.AddressFamily != (colons == 0 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6)) return null;
        if (colons > 0 && candidate.Length < 4) return null;
        return new PatternHit(EntityTypes.Ip, start, end, address.ToString(), 0.99, "form");
    }

    private static bool FourOctets(ReadOnlySpan<char> candidate)
    {
        int octets = 0;
        foreach (Range part in candidate.Split('.'))
        {
            ReadOnlySpan<char> octet = candidate[part];
            if (octet.Length is < 1 or > 3 || octet.IndexOfAnyExceptInRange('0', '9') >= 0 || octet.Length > 1 && octet[0] == '0') return false;
            int value = 0;
            foreach (char c in octet) value = value * 10 + (c - '0');
            if (value > 255) return false;
            octets++;
        }
        return octets == 4;
    }

    private static bool IsLetters(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
            if (!char.IsLetter(c)) return false;
        return true;
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_';
}
