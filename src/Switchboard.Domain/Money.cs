using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json.Serialization;

namespace Switchboard.Domain;

/// <summary>An amount in a currency. Sums are computed unrounded and rounded once, at the end, by <see cref="Rounded"/>; two currencies never meet in one operation.</summary>
/// <param name="Amount">The amount in major units.</param>
/// <param name="Currency">ISO 4217 code, three upper-case letters.</param>
/// <exception cref="ArgumentException">The code is not of that form.</exception>
[method: JsonConstructor]
public readonly record struct Money(decimal Amount, string Currency) : IComparable<Money>
{
    /// <summary>ISO 4217 code, three upper-case letters.</summary>
    public string Currency { get; } = Currencies.IsCode(Currency) ? Currency : throw new ArgumentException($"\"{Currency}\" is no ISO 4217 code: three upper-case letters.", nameof(Currency));

    /// <summary>Reads an amount with its code behind it: <c>270.00 USD</c>.</summary>
    public static bool TryParse(string text, out Money money)
    {
        money = default;
        int space = text.LastIndexOf(' ');
        if (space < 0 || !Currencies.IsCode(text[(space + 1)..]) || !decimal.TryParse(text.AsSpan(0, space), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out decimal amount)) return false;
        money = new Money(amount, text[(space + 1)..]);
        return true;
    }

    /// <summary>Nothing, in a currency.</summary>
    public static Money Zero(string currency) => new(0, currency);

    /// <summary>The sum, in the given currency also when there is nothing to add.</summary>
    /// <exception cref="InvalidOperationException">An amount has another currency.</exception>
    public static Money Sum(IEnumerable<Money> amounts, string currency) => amounts.Aggregate(Zero(currency), (sum, next) => sum + next);

    /// <summary>The smaller of two amounts.</summary>
    /// <exception cref="InvalidOperationException">The currencies differ.</exception>
    public static Money Min(Money left, Money right) => left <= right ? left : right;

    /// <summary>The larger of two amounts.</summary>
    /// <exception cref="InvalidOperationException">The currencies differ.</exception>
    public static Money Max(Money left, Money right) => left >= right ? left : right;

    /// <summary>The amount rounded half-even to the currency's minor unit (ISO 4217: none for JPY, three digits for KWD), with exactly that many digits.</summary>
    public Money Rounded()
    {
        int digits = Currencies.MinorDigits(Currency);
        // Adding a zero with that many digits gives the amount its scale, so that 270 reads 270.00 everywhere.
        return new(decimal.Round(Amount, digits, MidpointRounding.ToEven) + new decimal(0, 0, 0, isNegative: false, (byte)digits), Currency);
    }

    /// <summary>The amount cut to the currency's minor unit towards zero, for what must not pass a limit.</summary>
    public Money RoundedDown() => new Money(decimal.Round(Amount, Currencies.MinorDigits(Currency), MidpointRounding.ToZero), Currency).Rounded();

    /// <summary>Smaller than zero, zero, or greater, as this amount is smaller than, equal to or greater than the other.</summary>
    /// <exception cref="InvalidOperationException">The currencies differ.</exception>
    public int CompareTo(Money other) => Amount.CompareTo(Same(this, other).Amount);

    /// <summary>The rounded amount and its code: <c>270.00 USD</c>.</summary>
    public override string ToString() => $"{Rounded().Amount.ToString(CultureInfo.InvariantCulture)} {Currency}";

    public static Money operator +(Money left, Money right) => new(left.Amount + Same(left, right).Amount, left.Currency);

    public static Money operator -(Money left, Money right) => new(left.Amount - Same(left, right).Amount, left.Currency);

    public static Money operator -(Money amount) => new(-amount.Amount, amount.Currency);

    public static Money operator *(Money amount, decimal factor) => new(amount.Amount * factor, amount.Currency);

    public static Money operator *(decimal factor, Money amount) => amount * factor;

    public static Money operator /(Money amount, decimal divisor) => new(amount.Amount / divisor, amount.Currency);

    public static bool operator <(Money left, Money right) => left.CompareTo(right) < 0;

    public static bool operator >(Money left, Money right) => left.CompareTo(right) > 0;

    public static bool operator <=(Money left, Money right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Money left, Money right) => left.CompareTo(right) >= 0;

    private static Money Same(Money left, Money right) => left.Currency == right.Currency
        ? right
        : throw new InvalidOperationException($"{left.Currency} and {right.Currency} cannot be put together: an amount is converted first, at a rate that is written down.");
}

/// <summary>What is known of currencies (ISO 4217).</summary>
public static class Currencies
{
    private static readonly FrozenSet<string> whole = new[] { "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF" }.ToFrozenSet(StringComparer.Ordinal);
    private static readonly FrozenSet<string> thousandths = new[] { "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND" }.ToFrozenSet(StringComparer.Ordinal);
    private static readonly FrozenSet<string> tenThousandths = new[] { "CLF", "UYW" }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> known = ("AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP "
        + "GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD "
        + "OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYI UYU UYW UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG")
        .Split(' ').ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether the text is the code of a currency that is in use.</summary>
    public static bool IsKnown(string code) => known.Contains(code);

    /// <summary>Whether the text has the form of a code: three upper-case letters.</summary>
    public static bool IsCode(string? code) => code is { Length: 3 } && code.All(c => c is >= 'A' and <= 'Z');

    /// <summary>Digits of the minor unit, 0 to 4; two for every currency that does not differ.</summary>
    public static int MinorDigits(string code) => whole.Contains(code) ? 0 : thousandths.Contains(code) ? 3 : tenThousandths.Contains(code) ? 4 : 2;
}
