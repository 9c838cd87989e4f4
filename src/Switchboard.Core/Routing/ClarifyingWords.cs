using System.Collections.Frozen;

namespace Switchboard.Core.Routing;

/// <summary>The words in which people choose from a short list, in the languages in which the desk asks.</summary>
internal static class ClarifyingWords
{
    /// <summary>What a word says as a number; -1 is the last of the list.</summary>
    public static FrozenDictionary<string, int> Numbers { get; } = new (string Words, int Number)[]
    {
        ("1 1st one first eins erste ersten erster erstes un une premier première primero primera uno una primo prima um uma primeiro primeira", 1),
        ("2 2nd two second zwei zweite zweiten zweiter zweites deux deuxième second seconde dos segundo segunda due secondo seconda dois duas", 2),
        ("3 3rd three third drei dritte dritten dritter drittes trois troisième tres tercero tercera tre terzo terza três terceiro terceira", 3),
        ("last letzte letzten letzter letztes dernier dernière último última ultimo ultima", -1),
    }.SelectMany(n => n.Words.Split(' ').Select(w => (w, n.Number))).DistinctBy(n => n.w).ToFrozenDictionary(n => n.w, n => n.Number, StringComparer.Ordinal);

    /// <summary>The words that stand around a choice and choose nothing.</summary>
    public static FrozenSet<string> Around { get; } = FrozenSet.ToFrozenSet(
        ("the a an it its is was im i id mean meant think guess would be number nr option choice answer please pls that this thats with about ok okay yes yeah well hm want need my our for to help thanks thank you would like rather probably " +
        "das die der den dem bitte nummer ist es ich meine möchte ja geht eher wohl danke " +
        "le la les l c cest est ce numéro numero sil vous plaît plait je veux oui celui celle merci " +
        "el lo los es número por favor quiero sí si opción opcion gracias " +
        "il lo gli i per favore vorrei sì si opzione grazie intendo " +
        "o os as é sim quero opção obrigado obrigada").Split(' '), StringComparer.Ordinal);
}
