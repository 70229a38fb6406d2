// Catches the exceptions of one part of the page, so that the rest still works.

import { Component, type ComponentChildren } from "preact";
import { Problem } from "../api/client";
import { ProblemBox } from "./asked";

/** `name` identifies the content. When it changes, the content is rendered again. */
interface BoundaryProps {
  name: string;
  children: ComponentChildren;
}

export class Boundary extends Component<BoundaryProps, { error: unknown; name: string }> {
  override state = { error: undefined as unknown, name: this.props.name };

  override componentDidCatch(error: unknown): void {
    console.error(error);
    this.setState({ error, name: this.props.name });
  }

  render() {
    const { error, name } = this.state;
    if (error === undefined || name !== this.props.name) return <>{this.props.children}</>;
    const problem = new Problem(-1, `This can’t be shown: ${String(error)}`);
    return <ProblemBox problem={problem} retry={() => this.setState({ error: undefined, name })} />;
  }
}
