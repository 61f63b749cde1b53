import re

from providers.practice.corpus import articles, parse

ARTICLE = """# How?
<!-- also: why -->

> I should say how.
> Then stop.

Like this:

```python
# not a question
```

# When?

Now.
"""


def test_an_article_has_a_question_a_thought_and_an_answer() -> None:
    how, when = parse(ARTICLE)
    assert (how.question, how.also, how.thought) == ("How?", "why", "I should say how. Then stop.")
    assert how.answer == "Like this:\n\n```python\n# not a question\n```"
    assert (when.question, when.also, when.thought, when.answer) == ("When?", "", "", "Now.")


def test_a_quotation_within_an_answer_is_no_thought() -> None:
    (letter,) = parse("# How do I write?\n\nSo:\n\n> Dear Tom\n")
    assert (letter.thought, letter.answer) == ("", "So:\n\n> Dear Tom")


def test_what_the_models_learn_is_clean() -> None:
    read = articles()
    assert len({article.question for article in read}) == len(read) >= 60
    for article in read:
        assert article.answer.count("```") % 2 == 0, article.question
        assert all(link.startswith("https://example.org") for link in re.findall(r"https?://\S+", article.answer))
