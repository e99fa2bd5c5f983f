// An editor of Python. Its colours are the page's own: book.css.
import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { EditorView, drawSelection, keymap } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";

// After Escape the Tab key leaves the editor, until the reader comes back to it.
const letGo = (view) => {
  view.setTabFocusMode(true);
  return true;
};
const holdOn = EditorView.domEventHandlers({
  focus: (_, view) => void view.setTabFocusMode(false),
});

export function makeEditor(parent, { code, label, description, run, changed }) {
  const runs = (view) => {
    run();
    return true;
  };
  const keys = [
    { key: "Shift-Enter", run: runs },
    { key: "Mod-Enter", run: runs },
    { key: "Escape", run: letGo },
    { key: "Tab", run: indentMore, shift: indentLess },
  ];
  const extensions = [
    keymap.of([...keys, ...defaultKeymap, ...historyKeymap]),
    holdOn,
    history(),
    drawSelection(),
    bracketMatching(),
    indentOnInput(),
    indentUnit.of("    "),
    EditorState.tabSize.of(4),
    python(),
    syntaxHighlighting(classHighlighter),
    EditorView.contentAttributes.of({
      "aria-label": label,
      "aria-describedby": description,
      tabindex: "0",
    }),
    EditorView.updateListener.of((update) => update.docChanged && changed(read(update.view))),
  ];
  const view = new EditorView({ parent, state: EditorState.create({ doc: code, extensions }) });
  return {
    get code() {
      return read(view);
    },
    set code(text) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
    },
    focus: () => view.focus(),
  };
}

const read = (view) => view.state.doc.toString();
