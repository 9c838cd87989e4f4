using System.Collections.Frozen;

namespace Switchboard.Core.Understanding.Entities;

/// <summary>Finds the fourteen actions customers ask for, by their verbs; a negated one says so.</summary>
internal static class ActionFinder
{
    private static readonly FrozenDictionary<string, string> verbs = Verbs(
        "upgrade: upgrade upgraded upgrading upgraden hochstufen passer_superieur actualizar mejorar|downgrade: downgrade downgraded downgrading herabstufen|cancel: cancel canceled cancelled canceling cancelling cancellation cancels kundigen kundige gekundigt stornieren storniere annuler annule annulez resilier cancelar cancela cancele annullare annulla disdire"
        + "|pause: pause paused pausing pausieren suspendre pausar sospendere|renew: renew renewed renewing renewal renews verlangern renouveler renovar rinnovare|refund: refund refunded refunding refunds reimburse reimbursed erstatten erstattung zuruckerstatten rembourser rembourse remboursement reembolsar reembolso rimborsare rimborso"
        + "|pay: pay paid paying pays bezahlen bezahlt zahlen payer paye pagar pague pagado pago pagare pagato|export: export exported exporting exports exportieren exporter exportar esportare|import: import imported importing imports importieren importer importar importare"
        + "|delete: delete deleted deleting deletes remove removed removing erase erased loschen losche geloscht supprimer supprime effacer eliminar borrar eliminado apagar excluir eliminare cancellare|restore: restore restored restoring recover recovered recovering wiederherstellen restaurer recuperar restaurar ripristinare recuperare"
        + "|reset: reset resetting zurucksetzen reinitialiser restablecer redefinir reimpostare|invite: invite invited inviting einladen inviter invitar convidar invitare|connect: connect connected connecting integrate integrated integrating verbinden connecter conectar collegare connettere");

    private static readonly FrozenSet<string> noun = "refund refunds cancellation renewal export exports import imports erstattung remboursement reembolso rimborso".Split(' ').ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The actions: token, action, whether negated.</summary>
    public static IEnumerable<(int At, string Action, bool Negated)> Find(List<Token> tokens, Vocabulary words)
    {
        for (int i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Kind != TokenKind.Word || !verbs.TryGetValue(tokens[i].Folded, out string? action)) continue;
            yield return (i, action, IsNegated(tokens, i, words));
        }
    }

    // Up to three words before, within the clause: "do not cancel", "I don't want to cancel"; "not only cancel" is no negation.
    private static bool IsNegated(List<Token> tokens, int i, Vocabulary words)
    {
        bool isNoun = noun.Contains(tokens[i].Folded);
        for (int j = i - 1; j >= Math.Max(0, i - 4); j--)
        {
            if (tokens[j].Folded is "." or "," or ";" or "!" or "?" or "but" or "aber" or "mais" or "pero" or "mas" or "ma" or "why" or "only") return false;
            if (words.Is(tokens, j, "not") && !(tokens[j].Folded is "cannot" or "can't" or "cant" or "without" && isNoun)) return !(j + 1 < tokens.Count && tokens[j + 1].Folded == "only");
        }
        // German puts the "nicht" before the verb at the end or right behind a verb at the beginning.
        return i + 1 < tokens.Count && tokens[i + 1].Folded is "nicht" or "pas" && words.Is(tokens, i + 1, "not");
    }

    private static FrozenDictionary<string, string> Verbs(string lines) =>
        lines.Split('|').Select(l => l.Split(": ")).SelectMany(l => l[1].Split(' ').Select(w => KeyValuePair.Create(w, l[0]))).DistinctBy(p => p.Key).ToFrozenDictionary(StringComparer.Ordinal);
}
