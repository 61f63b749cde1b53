"""The sheet in which a route is built: a tree of cards, the settings of the marked one, and the same as text."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.directory import Directory
from app.routes import spec, tree
from app.routes.templates import TEMPLATES
from app.routes.text import RouteTextError, from_text, to_text
from app.routes.work import Work
from widgets.connections import forms
from widgets.known_models import KnownModels
from widgets.routes.cards import cards, report
from widgets.routes.foot import Foot
from widgets.routes.form import NodeForm
from widgets.routes.known import KnownRoutes
from widgets.routes.parts import Layout, Tools
from widgets.routes.start import Beginning, Start
from widgets.routes.text_pane import TextPane
from widgets.routes.tree_view import RouteTree
from widgets.sheet import Sheet

UNDO = {(Qt.Key.Key_Z, False): "undo", (Qt.Key.Key_Z, True): "redo", (Qt.Key.Key_Y, False): "redo"}


class RouteEditor(Sheet):
    kept = Signal(str, str)
    """A name and the route's text: it is to be saved."""
    removed = Signal(str)
    used = Signal(str, str)
    """As a lane."""
    models_asked = Signal(bool)

    def __init__(self, parent: QWidget, known: KnownRoutes, models: KnownModels, directory: Directory) -> None:
        super().__init__(parent, "Routes", width=1080)
        self._known, self._models, self._directory = known, models, directory
        self._work = Work("")
        self._report = report("", directory)
        self.runs: Callable[[str], tuple[Any, ...]] = _no_runs
        """The session's runs of the route of that name."""
        self.start = Start(self)
        self.name = forms.line(self, "Name of the route", "a name for the route")
        self.tools = Tools(self)
        self.tree = RouteTree(self)
        self.form = NodeForm(self)
        self.text = TextPane(self)
        self.foot = Foot(self)
        self._arrange()
        self._connect()

    def _arrange(self) -> None:
        self.page = QWidget(self)
        inside = QVBoxLayout(self.page)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(self.name, 1)
        head.addWidget(self.tools.undo)
        head.addWidget(self.tools.redo)
        self.parts = Layout(self.page, self.tools, self.tree, self.form, self.text)
        inside.addLayout(head)
        inside.addWidget(self.parts, 1)
        inside.addWidget(self.foot)
        self.column.addWidget(self.start, 1)
        self.column.addWidget(self.page, 1)
        self.page.hide()

    def _connect(self) -> None:
        self.start.chosen.connect(self._on_beginning)
        self.name.textChanged.connect(self._on_named)
        self.tree.chosen.connect(self._on_chosen)
        self.tree.onto.connect(self._on_onto)
        self.tree.between.connect(self._on_between)
        self.tree.remove_asked.connect(self._on_remove)
        self.tree.add_asked.connect(self._on_add)
        self.tree.edit_asked.connect(self._on_edit)
        self.tree.shifted.connect(self._on_shift)
        self.tree.menu_asked.connect(self._on_menu)
        self.tools.wrapped.connect(self._on_wrap)
        self.tools.replaced.connect(self._on_replace)
        self.tools.add.clicked.connect(self._on_add)
        self.tools.remove.clicked.connect(self._on_remove)
        self.tools.unwrap.triggered.connect(self._on_unwrap)
        self.tools.undo.clicked.connect(self._on_undo)
        self.tools.redo.clicked.connect(self._on_redo)
        self.form.changed.connect(self._on_setting)
        self.text.read.connect(self._on_text)
        self.text.failed.connect(self._on_text_failed)
        self.foot.back.clicked.connect(self._on_back)
        self.foot.delete_asked.connect(self._on_delete)
        self.foot.save.clicked.connect(self._on_save)
        self.foot.use.clicked.connect(self._on_use)
        self._known.changed.connect(self._on_known)
        self._models.changed.connect(self._on_models)

    # Opening

    def open_at(self, name: str) -> None:
        """At that route, if there is one; else where routes begin, unless one is being built."""
        self.models_asked.emit(False)
        self._on_models()
        if name and self._known.text(name) is not None:
            self._show_saved(name)
        elif self._work.root == "" and not self._work.past:
            self._show_start()
        else:
            self._show_page()
        self.open()

    def first_focus(self) -> QWidget:
        return self.start.list if not self.start.isHidden() else self.tree

    def sizeHint(self) -> QSize:
        """A tree is given as much room as there is."""
        return QSize(1080, 480 if self.page.isHidden() else 860)

    def _settle(self) -> None:
        if self.isVisible():
            self.place()

    def dismiss(self) -> None:
        self.text.end()
        super().dismiss()

    def _show_start(self) -> None:
        self.start.show_known(self._known)
        self.page.hide()
        self.start.show()
        self._settle()
        self.start.list.setFocus()

    def _show_page(self) -> None:
        self.start.hide()
        self.page.show()
        self._settle()
        self._show("")

    def _on_beginning(self, beginning: Beginning) -> None:
        if beginning.kind == "saved":
            self._show_saved(beginning.name)
            return
        found = next((each for each in TEMPLATES if each.name == beginning.name), None)
        self._work = Work(found.root if found is not None else "")
        self.name.setText(self._free_name(found.name if found is not None else "My route"))
        self.say("")
        self._show_page()
        (self.tree if found is not None else self.form.first() or self.tree).setFocus()

    def _show_saved(self, name: str) -> None:
        text = self._known.text(name) or ""
        self.name.setText(name)
        self.say("")
        try:
            self._work = Work(from_text(text))
            self._show_page()
        except RouteTextError:
            self._work = Work("")
            self._show_page()
            self.text.show_text(text)
        self.tree.setFocus()

    def _free_name(self, name: str) -> str:
        taken = {*self._known.shelf, *self._known.own}
        names = (name if n == 1 else f"{name} {n}" for n in range(1, len(taken) + 2))
        return next(each for each in names if each not in taken)

    # What is shown

    @property
    def root(self) -> spec.Node:
        return self._work.root

    def _show(self, place: str) -> None:
        """All of it anew, with the node there marked."""
        self._show_cards(place)
        self.text.show_route(self._work.root)
        self._show_node()
        self._offer()

    def _show_node(self) -> None:
        place = self.tree.place
        node = tree.node_at(self._work.root, place)
        if node is None:
            return
        above = tree.parent_of(self._work.root, place)
        owner = tree.node_at(self._work.root, above[0]) if above is not None else None
        self.form.show_node(
            place, node, (above[0], owner, above[1]) if above is not None and owner is not None else None
        )
        self.tools.show_for(
            can_add=tree.room(self._work.root, place) is not None,
            can_unwrap=bool(tree.tag(node)) and tree.tag(node) != "ask",
            can_remove=bool(place) or node != "",
        )

    def _offer(self) -> None:
        name = self.name.text().strip()
        self.tools.show_history(undo=bool(self._work.past), redo=bool(self._work.future))
        self.foot.offer(name, self._report, is_read=not self.text.error, is_saved=name in self._known.shelf)

    def refresh(self) -> None:
        """What was seen of each node is told as it is now."""
        if self.isVisible() and not self.page.isHidden():
            self._show_cards(self.tree.place)

    def _show_cards(self, place: str) -> None:
        self._report = report(self._work.root, self._directory)
        self.tree.show_cards(cards(self._work.root, self._report, self.runs(self.name.text().strip())), place)

    def say(self, text: str, *, is_good: bool = True) -> None:
        self.foot.say(text, is_good=is_good)

    # Edits

    def _do(self, root: spec.Node, place: str) -> None:
        self._work = self._work.done(root)
        self._show(place)

    def _on_setting(self, place: str, field: tree.Path, value: Any) -> None:
        try:
            self._work = self._work.set(place, field, value)
        except RouteTextError as error:
            self.form.say(str(error))
            return
        self._show(self.tree.place)

    def _on_wrap(self, policy: str) -> None:
        """Where a model is missing then, its name can be written at once."""
        self._do(*tree.wrapped(self._work.root, self.tree.place, policy))
        self._write_name()

    def _on_replace(self, kind: str) -> None:
        template = next((each.root for each in TEMPLATES if each.id == kind), None)
        self._do(tree.put(self._work.root, self.tree.place, "" if template is None else template), self.tree.place)
        self._write_name()

    def _on_add(self) -> None:
        if (where := tree.room(self._work.root, self.tree.place)) is not None:
            self._do(*tree.inserted(self._work.root, *where))
            self._write_name()

    def _on_remove(self) -> None:
        place = self.tree.place
        above = tree.parent_of(self._work.root, place)
        after = tree.removed(self._work.root, place)
        self._do(after, place if tree.node_at(after, place) is not None or above is None else above[0])

    def _on_unwrap(self) -> None:
        self._do(tree.unwrapped(self._work.root, self.tree.place), self.tree.place)

    def _on_onto(self, source: str, target: str) -> None:
        self._do(tree.moved(self._work.root, source, target), target)

    def _on_between(self, source: str, owner: str, at: int) -> None:
        if tree.is_many(tree.node_at(self._work.root, owner)):
            self._do(tree.reordered(self._work.root, source, owner, at), owner)

    def _on_shift(self, by: int) -> None:
        """Among its neighbours; its place goes with it."""
        self._do(*tree.shifted(self._work.root, self.tree.place, by))

    def _on_undo(self) -> None:
        self._work = self._work.undone()
        self._show(self.tree.place)

    def _on_redo(self) -> None:
        self._work = self._work.redone()
        self._show(self.tree.place)

    def _on_text(self, root: spec.Node) -> None:
        if root != self._work.root:
            self._work = self._work.done(root, "text")
            self._show(self.tree.place)
        self._offer()

    def _on_text_failed(self, _: str) -> None:
        if not self.page.isHidden():
            self._offer()

    # The rest

    def _on_chosen(self, _place: str) -> None:
        self._show_node()

    def _on_edit(self) -> None:
        self.parts.turn_to("settings")
        if (field := self.form.first()) is not None:
            field.setFocus()

    def _write_name(self) -> None:
        if tree.node_at(self._work.root, self.tree.place) == "":
            self._on_edit()

    def _on_menu(self, at: QPoint) -> None:
        self.tools.menu.popup(at)

    def _on_named(self) -> None:
        if not self.page.isHidden():
            self._offer()

    def _on_back(self) -> None:
        self._work = Work("")
        self._show_start()

    def _on_delete(self) -> None:
        self.removed.emit(self.name.text().strip())

    def _on_save(self) -> None:
        self.kept.emit(self.name.text().strip(), to_text(self._work.root))

    def _on_use(self) -> None:
        name, text = self.name.text().strip(), to_text(self._work.root)
        self.dismiss()
        self.used.emit(name, text)

    def _on_known(self) -> None:
        if not self.start.isHidden():
            self.start.show_known(self._known)
        elif self.isVisible():
            self.foot.show_saved(is_saved=self.name.text().strip() in self._known.shelf)

    def _on_models(self) -> None:
        self.form.offer_models([each.lane for each in self._models.lines((), ()) if not each.lane.startswith("route:")])

    # Qt's own

    def event(self, event: QEvent) -> bool:
        """Undo here is of the route that is being built, not of the session."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _undoing(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match _undoing(event):
            case "undo":
                self._on_undo()
            case "redo":
                self._on_redo()
            case _:
                super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.parts.fit(self.width())


def _no_runs(_name: str) -> tuple[Any, ...]:
    return ()


def _undoing(event: QKeyEvent) -> str:
    modifiers = event.modifiers()
    if not modifiers & Qt.KeyboardModifier.ControlModifier:
        return ""
    return UNDO.get((Qt.Key(event.key()), bool(modifiers & Qt.KeyboardModifier.ShiftModifier)), "")
