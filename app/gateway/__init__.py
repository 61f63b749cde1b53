"""A route as an endpoint that any client, editor or SDK can use: OpenAI's and Anthropic's protocols on this machine."""
