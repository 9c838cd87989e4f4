"""The peer of the intent benchmark: TF-IDF of words (1-2) and of characters within words (2-5), and a linear support vector machine, as scikit-learn has them.

Reads one JSON document per line from standard input and answers each with one line:
  {"train": [[text, label], ...], "test": [text, ...], "timed": [text, ...], "bayes": false}
  With bayes the model is multinomial naive Bayes over words instead. A model stays until the next training.
  -> {"train_seconds": s, "query_ms": [one time per timed text], "answers": [label, ...], "scores": [best decision value, ...]}
There are always more than two labels. Needs python3 with scikit-learn (Debian: apt-get install python3-sklearn).
"""
import json
import sys
import time

import sklearn
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

print(json.dumps({"version": sklearn.__version__}), flush=True)
model = None
for line in sys.stdin:
    task = json.loads(line)
    if task.get("train"):
        began = time.perf_counter()
        model = make_pipeline(
            make_union(TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)),
            LinearSVC(C=1),
        )
        if task.get("bayes"):
            model = make_pipeline(CountVectorizer(), MultinomialNB())
        model.fit([text for text, _ in task["train"]], [label for _, label in task["train"]])
        took = time.perf_counter() - began
    times = []
    for text in task.get("timed", []):
        began = time.perf_counter()
        model.predict([text])
        times.append((time.perf_counter() - began) * 1000)
    values = []
    if task.get("test"):
        values = model.predict_proba(task["test"]) if task.get("bayes") else model.decision_function(task["test"])
    answers = [str(model.classes_[row.argmax()]) for row in values]
    scores = [float(row.max()) for row in values]
    print(json.dumps({"train_seconds": took if task.get("train") else 0, "query_ms": times, "answers": answers, "scores": scores}), flush=True)
